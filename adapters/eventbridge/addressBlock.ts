/** Whether an address, IPv4 or IPv6, lies in a block such as 10.0.0.0/24 or 2001:db8::/32; null: that is none. Pure: patterns are tried in browsers too. */
export const addressBlock = (text: string): ((address: string) => boolean) | null => {
  const [address = '', bits = '', ...rest] = text.split('/');
  const base = addressOf(address);
  if (base === null || rest.length > 0 || !/^\d{1,3}$/.test(bits) || Number(bits) > base.bits) return null;
  const ignored = BigInt(base.bits - Number(bits));
  return (other) => {
    const given = addressOf(other);
    if (given === null) return false;
    const plain = base.bits === 32 ? unmapped(given) : given;
    return plain.bits === base.bits && plain.value >> ignored === base.value >> ignored;
  };
};

type Address = { readonly bits: 32 | 128; readonly value: bigint };

const addressOf = (text: string): Address | null => {
  if (!text.includes(':')) return ipv4(text);
  const halves = text.split('::');
  if (halves.length > 2) return null;
  const [head, tail] = [groupsOf(halves[0] ?? '', halves.length === 1), groupsOf(halves[1] ?? '', true)];
  if (head === null || tail === null) return null;
  const missing = 8 - head.length - tail.length;
  if (halves.length === 1 ? missing !== 0 : missing < 1) return null;
  return { bits: 128, value: joined([...head, ...Array<number>(missing).fill(0), ...tail], 16n) };
};

/** Of 16 bits each; what an IPv6 address ends with may be an IPv4 address. */
const groupsOf = (text: string, mayEndInIpv4: boolean): readonly number[] | null => {
  if (text === '') return [];
  const groups: number[] = [];
  const parts = text.split(':');
  for (const [index, part] of parts.entries()) {
    if (/^[\da-f]{1,4}$/i.test(part)) groups.push(Number.parseInt(part, 16));
    else {
      const last = mayEndInIpv4 && index === parts.length - 1 ? ipv4(part) : null;
      if (last === null) return null;
      groups.push(Number(last.value >> 16n), Number(last.value & 0xffffn));
    }
  }
  return groups;
};

const ipv4 = (text: string): Address | null => {
  const parts = text.split('.');
  if (parts.length !== 4 || !parts.every((part) => /^(?:0|[1-9]\d{0,2})$/.test(part) && Number(part) <= 255))
    return null;
  return { bits: 32, value: joined(parts.map(Number), 8n) };
};

/** ::ffff:10.0.0.1 is 10.0.0.1. */
const unmapped = (address: Address): Address =>
  address.bits === 128 && address.value >> 32n === 0xffffn ? { bits: 32, value: address.value & 0xffffffffn } : address;

const joined = (parts: readonly number[], bits: bigint): bigint =>
  parts.reduce((value, part) => (value << bits) | BigInt(part), 0n);
