import { retailTiers, tierBy } from 'billfold';

const [member, ...others] = retailTiers.tiers;
const easier = others.map((rule) => (rule.name === 'Silver' ? { ...rule, threshold: 300_00 } : rule));

/** Silver from 300 EUR instead of 500. */
export const tier = { ...tierBy({ ...retailTiers, tiers: [member, ...easier] }), version: 3 };
