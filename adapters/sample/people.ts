import type { Random } from './random.ts';

/** A made-up person. Any likeness is an accident; every address ends in example.test (RFC 2606). */
export type Person = {
  readonly salutation: string | null;
  readonly firstName: string;
  readonly lastName: string;
  readonly street: string;
  readonly city: string;
  readonly postalCode: string;
  readonly country: string;
};

export const somebody = (random: Random): Person => {
  const [city, postalCode, country] = random.pick(TOWNS);
  return {
    salutation: random.pick([null, null, 'Ms.', 'Mr.', 'Mx.', 'Dr.']),
    firstName: random.pick(FIRST_NAMES),
    lastName: random.pick(LAST_NAMES),
    street: `${random.int(1, 199)} ${random.pick(STREETS)}`,
    city,
    postalCode,
    country,
  };
};

/** An address from the letters a mail server likes; names in other scripts become `member`. */
export const emailOf = (firstName: string, lastName: string, serial: number): string => {
  const slug = `${firstName}.${lastName}`
    .normalize('NFD')
    .replace(/[^A-Za-z.]/g, '')
    .toLowerCase();
  return `${slug.length > 3 ? slug : 'member'}.${serial}@example.test`;
};

const FIRST_NAMES: readonly string[] = [
  ...[
    'Inês',
    'Łucja',
    'Søren',
    'Zoë',
    'Jürgen',
    'Aïcha',
    'Noémie',
    'Björn',
    'Chloé',
    'Đorđe',
    'Eszter',
    'Fatima',
    'Giulia',
  ],
  ...[
    'Hana',
    'İpek',
    'José',
    'Katarína',
    'Liam',
    'Māra',
    'Nguyệt',
    'Oisín',
    'Παύλος',
    'さくら',
    '小明',
    'Юлия',
    'Ruben',
  ],
  ...[
    'Sofia',
    'Tomáš',
    'Úrsula',
    'Víctor',
    'Wiebke',
    'Xavi',
    'Ylva',
    'Żaneta',
    'Amara',
    'Bram',
    'Cem',
    'Deniz',
    'Elif',
    'Finn',
  ],
];

export const LAST_NAMES: readonly string[] = [
  ...[
    'Quillford',
    'Ambrósio',
    'Żurawska',
    'Bjerregård',
    'Vanneste',
    'Müllenhoff',
    'Lefèvrier',
    'Ostrowicz',
    'Çelikdal',
  ],
  ...[
    'D’Orfeo',
    'O’Branagh',
    'van der Linde',
    'Szépvölgyi',
    'Kovářík',
    'Παπαδάκης',
    '山野辺',
    '欧阳',
    'Лесовая',
    'Ñíguez',
  ],
  ...[
    'Thorsdóttir',
    'Kalniņa',
    'Rautiainen',
    'Benhaddou',
    'Okonjo',
    'Marchetti',
    'Fjeldstad',
    'Roth',
    'Peeters',
    'Dũng',
  ],
];

const TOWNS: readonly (readonly [city: string, postalCode: string, country: string])[] = [
  ['Ghent', '9000', 'BE'],
  ['Liège', '4000', 'BE'],
  ['Köln', '50667', 'DE'],
  ['Łódź', '90-001', 'PL'],
  ['Århus', '8000', 'DK'],
  ['Évora', '7000-500', 'PT'],
  ['Málaga', '29001', 'ES'],
  ['Zürich', '8001', 'CH'],
  ['York', 'YO1 7HH', 'GB'],
  ['金沢市', '920-0001', 'JP'],
];

const STREETS: readonly string[] = [
  'Quay',
  'Rue des Tilleuls',
  'Hauptstraße',
  'Calle del Río',
  'Kade',
  'Ulica Różana',
  'Mill Lane',
];
