import { useQuery } from '@tanstack/react-query';
import classes from './barcode.module.css';
import type { Symbology } from './codes.ts';

export type BarcodeProps = {
  readonly symbology: Symbology;
  readonly message: string;
  /** Beneath it; null: nothing. */
  readonly text: string | null;
};

/** The code as readers at tills take it. What draws it is loaded with the first card. */
export const Barcode = ({ symbology, message, text }: BarcodeProps) => {
  const { data: image, error } = useQuery({
    queryKey: ['barcode', symbology, message],
    queryFn: async () => (await import('./codes.ts')).codeImage(symbology, message),
    staleTime: Number.POSITIVE_INFINITY,
  });
  const isSquare = symbology === 'QR' || symbology === 'Aztec';
  return (
    <div className={classes.box}>
      <div className={isSquare ? classes.square : classes.wide}>
        {error !== null ? (
          <p className={classes.text}>The code could not be drawn: load the page again.</p>
        ) : image === null ? (
          <p className={classes.text}>This message cannot be a {symbology} code.</p>
        ) : (
          image !== undefined && <img className={classes.code} src={image} alt={`${symbology} code, ${message}`} />
        )}
      </div>
      {text !== null && <p className={classes.text}>{text}</p>}
    </div>
  );
};
