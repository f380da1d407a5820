import { type CSSProperties, useState } from 'react';
import type { GoogleCard as Card } from '../../../http/answers/drawnCards.ts';
import { Button } from '../ui/button.tsx';
import { Barcode } from './barcode.tsx';
import { CardBack } from './cardBack.tsx';
import { CardFigure } from './cardFigure.tsx';
import classes from './googleCard.module.css';
import { detailsOf, rowsOf } from './googleRows.ts';
import { readableOn } from './readableOn.ts';

export type GoogleCardProps = { readonly card: Card; readonly isConfigured: boolean };

/** A loyalty card as Google Wallet shows it: the rows that the class asks for and the code; the details as they open beneath it. */
export const GoogleCard = ({ card, isConfigured }: GoogleCardProps) => {
  const [isOpen, setIsOpen] = useState(false);
  const [isTurned, setIsTurned] = useState(false);
  const turn = (): void => {
    setIsOpen(!isOpen);
    setIsTurned(true);
  };
  const ground = card.class.hexBackgroundColor ?? UNSAID;
  const colors = { '--ground-color': ground, '--text-color': readableOn(ground) };
  return (
    <CardFigure
      title="Google Wallet"
      note={noteOf(card, isConfigured)}
      action={<Button onPress={turn}>{isOpen ? 'Show card' : 'Show details'}</Button>}
    >
      <div
        key={isOpen ? 'details' : 'card'}
        className={`${classes.card} ${isTurned ? classes.turned : ''}`}
        style={colors as CSSProperties}
        lang={card.language}
      >
        {isOpen ? <CardBack label="Details of the card" items={detailsOf(card)} /> : <Front card={card} />}
      </div>
    </CardFigure>
  );
};

const Front = ({ card }: { readonly card: Card }) => {
  const { class: loyaltyClass, object } = card;
  const isInactive = object.state === 'INACTIVE';
  return (
    <div className={`${classes.front} ${isInactive ? classes.inactive : ''}`}>
      <div className={classes.head}>
        <span className={classes.logo} aria-hidden="true">
          {[...loyaltyClass.programName][0] ?? ''}
        </span>
        <p className={classes.issuer}>{loyaltyClass.issuerName}</p>
      </div>
      <p className={classes.programme}>{loyaltyClass.programName}</p>
      {rowsOf(card).map((row) => (
        <dl key={row.map(({ id }) => id).join()} className={classes.row}>
          {row.map(({ id, label, text }) => (
            <div key={id}>
              <dt>{label}</dt>
              <dd>{text}</dd>
            </div>
          ))}
        </dl>
      ))}
      <div className={classes.foot}>
        {isInactive && <p className={classes.stamp}>Inactive</p>}
        {object.barcode !== null && (
          <Barcode
            symbology={SYMBOLOGIES[object.barcode.type] ?? 'QR'}
            message={object.barcode.value}
            text={object.barcode.alternateText}
          />
        )}
      </div>
    </div>
  );
};

/** Where the class names no colour, Google takes one of the logo. */
const UNSAID = '#3c4043';

const noteOf = ({ class: { heroImage, hexBackgroundColor } }: Card, isConfigured: boolean): string | null => {
  if (!isConfigured) return 'Google Wallet is not configured: drawn with a made-up name.';
  const images = heroImage === null ? 'the logo' : 'logo and banner';
  const color = hexBackgroundColor === null ? ', and the colour that it takes of the logo' : '';
  return `Drawn without what Google fetches: ${images}${color}.`;
};

const SYMBOLOGIES: Readonly<Record<string, 'QR' | 'PDF417' | 'Aztec' | 'Code 128'>> = {
  QR_CODE: 'QR',
  PDF_417: 'PDF417',
  AZTEC: 'Aztec',
  CODE_128: 'Code 128',
};
