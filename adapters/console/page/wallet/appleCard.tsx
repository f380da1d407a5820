import { type CSSProperties, useState } from 'react';
import type { AppleCard as Card } from '../../../http/answers/drawnCards.ts';
import { Button } from '../ui/button.tsx';
import classes from './appleCard.module.css';
import { AppleFields } from './appleFields.tsx';
import { appleText } from './appleText.ts';
import { Barcode } from './barcode.tsx';
import { CardBack } from './cardBack.tsx';
import { CardFigure } from './cardFigure.tsx';

export type AppleCardProps = { readonly card: Card; readonly isConfigured: boolean };

/** A store card as Apple Wallet shows it: pass.json's fields in their places, in the colours it says. */
export const AppleCard = ({ card, isConfigured }: AppleCardProps) => {
  const [isBack, setIsBack] = useState(false);
  const [isTurned, setIsTurned] = useState(false);
  const turn = (): void => {
    setIsBack(!isBack);
    setIsTurned(true);
  };
  const { backgroundColor, foregroundColor, labelColor, voided = false } = card.passJson;
  const colors = { '--ground-color': backgroundColor, '--value-color': foregroundColor, '--label-color': labelColor };
  return (
    <CardFigure
      title="Apple Wallet"
      note={isConfigured ? null : 'Apple Wallet is not configured: the built-in design, with a made-up name.'}
      action={<Button onPress={turn}>{isBack ? 'Show front' : 'Show back'}</Button>}
    >
      <div
        key={isBack ? 'back' : 'front'}
        className={`${classes.card} ${voided ? classes.void : ''} ${isTurned ? classes.turned : ''}`}
        style={colors as CSSProperties}
        lang={card.language}
      >
        {isBack ? <Back card={card} /> : <Front card={card} />}
      </div>
    </CardFigure>
  );
};

const Front = ({ card: { passJson, images, language } }: { readonly card: Card }) => {
  const { headerFields, primaryFields, secondaryFields, auxiliaryFields } = passJson.storeCard;
  const [barcode] = passJson.barcodes ?? [];
  const isVoid = passJson.voided ?? false;
  return (
    <>
      <div className={classes.head}>
        {images.logo !== null && <img className={classes.logo} src={images.logo} alt="" />}
        <p className={classes.logoText}>{passJson.logoText ?? ''}</p>
        <AppleFields className={classes.headerFields} fields={headerFields} language={language} />
      </div>
      <div className={`${classes.strip} ${images.strip === null ? '' : classes.withImage}`}>
        {images.strip !== null && <img className={classes.stripImage} src={images.strip} alt="" />}
        <AppleFields className={classes.primary} fields={primaryFields} language={language} />
      </div>
      <AppleFields className={classes.row} fields={[...secondaryFields, ...auxiliaryFields]} language={language} />
      <div className={classes.foot}>
        {isVoid && <p className={classes.stamp}>This pass is void</p>}
        {barcode !== undefined && (
          <Barcode
            symbology={SYMBOLOGIES[barcode.format] ?? 'QR'}
            message={barcode.message}
            text={barcode.altText ?? null}
          />
        )}
      </div>
    </>
  );
};

const Back = ({ card: { passJson, language } }: { readonly card: Card }) => {
  const items = passJson.storeCard.backFields.map((field) => ({
    ...{ id: field.key, label: field.label ?? '' },
    text: appleText(field, language),
  }));
  return <CardBack label="Back of the card" items={items} />;
};

const SYMBOLOGIES: Readonly<Record<string, 'QR' | 'PDF417' | 'Aztec' | 'Code 128'>> = {
  PKBarcodeFormatQR: 'QR',
  PKBarcodeFormatPDF417: 'PDF417',
  PKBarcodeFormatAztec: 'Aztec',
  PKBarcodeFormatCode128: 'Code 128',
};
