import classes from './barcode.module.css';

export type BarcodeProps = {
  readonly symbology: 'QR' | 'PDF417' | 'Aztec' | 'Code 128';
  readonly message: string;
  /** Beneath it; null: nothing. */
  readonly text: string | null;
};

/** Where the code stands, and what it says. A picture of one: readers at tills read it from phones. */
export const Barcode = ({ symbology, message, text }: BarcodeProps) => (
  <div className={classes.box}>
    <svg className={classes.code} viewBox="0 0 25 25" role="img" aria-label={`${symbology} code, ${message}`}>
      {CORNERS.map(([x, y]) => (
        <g key={`${x} ${y}`}>
          <path d={`M${x} ${y}h7v7h-7zM${x + 1} ${y + 1}v5h5v-5z`} fillRule="evenodd" />
          <path d={`M${x + 2} ${y + 2}h3v3h-3z`} />
        </g>
      ))}
      <text x="12.5" y="14" textAnchor="middle" className={classes.name}>
        {symbology}
      </text>
    </svg>
    {text !== null && <p className={classes.text}>{text}</p>}
  </div>
);

const CORNERS = [
  [0, 0],
  [18, 0],
  [0, 18],
] as const;
