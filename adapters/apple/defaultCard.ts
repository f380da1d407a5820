/** The built-in card.json: what a shop shows its members, in English and German. */
export const defaultCard = {
  languages: ['en', 'de'],
  colors: { background: '#23395b', foreground: '#ffffff', label: '#b9cbe4' },
  tiers: {
    Silver: { background: '#d8dee6', foreground: '#1b2430', label: '#54637a' },
    Gold: { background: '#735612', foreground: '#ffffff', label: '#f6e3b0' },
    Platinum: { background: '#17181c', foreground: '#f4f1ea', label: '#b9a77c' },
  },
  header: [
    {
      key: 'tier',
      label: { en: 'Status', de: 'Status' },
      value: '{tier.name}',
      message: { en: 'Your status is now %@', de: 'Dein Status ist jetzt %@' },
    },
  ],
  primary: [
    [
      {
        key: 'balance',
        label: ['{points[0].name}', { en: 'Points', de: 'Punkte' }],
        value: '{points[0].balance}',
        message: { en: 'Your new balance: %@', de: 'Dein neuer Stand: %@' },
      },
      {
        key: 'balance',
        label: { en: 'Spent in 12 months', de: 'Umsatz in 12 Monaten' },
        value: '{tier.qualifyingSpend}',
      },
    ],
  ],
  secondary: [
    {
      key: 'member',
      label: { en: 'Member', de: 'Mitglied' },
      value: ['{holder.firstName} {holder.lastName}', '{holder.firstName}', '{holder.lastName}', '{memberNumber}'],
    },
    [
      {
        key: 'next',
        label: { en: 'To {tier.next.name}', de: 'Bis {tier.next.name}' },
        value: '{tier.next.remaining}',
      },
      { key: 'next', label: { en: 'Member since', de: 'Mitglied seit' }, value: '{memberSince}' },
    ],
    [
      {
        key: 'offers',
        label: { en: 'Ending soon', de: 'Nur noch kurz' },
        value: {
          en: '{promotions[state=expiring]|count} of {promotions|count}',
          de: '{promotions[state=expiring]|count} von {promotions|count}',
        },
        message: { en: 'Offers ending soon: %@', de: 'Angebote, die bald enden: %@' },
        align: 'right',
      },
      {
        key: 'offers',
        label: { en: 'Offers', de: 'Angebote' },
        value: '{promotions|count}',
        message: { en: 'Offers waiting for you: %@', de: 'Angebote für dich: %@' },
        align: 'right',
      },
    ],
  ],
  back: [
    {
      key: 'offer',
      each: 'promotions',
      label: ['{item.title}', { en: 'Offer', de: 'Angebot' }],
      value: [
        { en: '{item.value}, until {item.validTo}', de: '{item.value}, bis {item.validTo}' },
        { en: 'Until {item.validTo}', de: 'Bis {item.validTo}' },
        { en: '{item.value}, without an end date', de: '{item.value}, unbefristet' },
        { en: 'Without an end date', de: 'Unbefristet' },
      ],
    },
    {
      key: 'progress',
      label: { en: 'Your way to {tier.next.name}', de: 'Dein Weg zu {tier.next.name}' },
      value: {
        en: '{tier.qualifyingSpend} of {tier.next.threshold} in the last twelve months. {tier.next.remaining} to go.',
        de: '{tier.qualifyingSpend} von {tier.next.threshold} in den letzten zwölf Monaten. Es fehlen noch {tier.next.remaining}.',
      },
    },
    { key: 'points', each: 'points', label: ['{item.name}', { en: 'Points', de: 'Punkte' }], value: '{item.balance}' },
    {
      key: 'lifetime',
      each: 'spend.lifetime',
      label: { en: 'All your purchases ({item.currency})', de: 'Alle deine Einkäufe ({item.currency})' },
      value: '{item}',
    },
    {
      key: 'last',
      label: { en: 'Last purchase', de: 'Letzter Einkauf' },
      value: '{spend.lastPurchaseOn}',
      date: 'long',
    },
    { key: 'custom', each: 'custom', label: '{item.name|words}', value: '{item.value}' },
    { key: 'since', label: { en: 'Member since', de: 'Mitglied seit' }, value: '{memberSince}', date: 'long' },
    { key: 'number', label: { en: 'Member number', de: 'Mitgliedsnummer' }, value: '{memberNumber}' },
    {
      key: 'terms',
      label: { en: 'Terms', de: 'Bedingungen' },
      value: {
        en: 'Show this card at the till or enter your member number when you order. Amounts and offers are as of the last update of this card; the terms of the programme apply.',
        de: 'Zeige diese Karte an der Kasse oder gib deine Mitgliedsnummer bei der Bestellung an. Beträge und Angebote entsprechen dem letzten Stand dieser Karte; es gelten die Teilnahmebedingungen.',
      },
    },
  ],
  barcode: { format: 'QR', message: '{memberNumber}', altText: '{memberNumber}' },
  messages: ['tier', 'offers', 'balance'],
};
