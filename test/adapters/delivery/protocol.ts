import { setTimeout } from 'node:timers/promises';
import * as E from 'fp-ts/lib/Either.js';
import * as O from 'fp-ts/lib/Option.js';
import type { AcceptedEvent } from '#adapters/delivery/acceptedEvent.ts';
import { type Claim, revisionOf, type Settlement, type Verdict } from '#adapters/delivery/delivery.ts';
import type { DeliveryStore, Route } from '#adapters/delivery/deliveryStore.ts';
import type { Random } from '#adapters/sample/random.ts';
import { eventOf, foreignOf, keyOf } from '#test/contract/deliveryStore.ts';
import { at, got } from '#test/contract/given.ts';
import { type Witness, witness } from './witness.ts';

const MEMBERS = ['m-0', 'm-1'];
const DESTINATIONS = ['apple', 'google', 'shop'];
const REVISIONS = 6;
const LEASE_MS = 100;

export type Played = { readonly wrong: readonly string[]; readonly steps: number };
export type Play = {
  readonly random: Random;
  /** The store as one process reaches it. */
  readonly open: (deps: { readonly clock: () => number; readonly route: Route }) => DeliveryStore;
  /** Where nothing fails. */
  readonly calm?: Play['open'];
  /** One step at a time, in any order; or all as they come. */
  readonly isSideBySide: boolean;
};

/**
 * Senders who say every revision several times in any order, engines that claim, work, die, settle late or twice with any verdict, somebody who nudges, redrives
 * and lets the time jump: until all was said. Then a calm engine works until nothing is left. What was wrong on the way, if anything.
 */
export const play = async ({ random, open, calm = open, isSideBySide }: Play): Promise<Played> => {
  const time = { now: at };
  const deps = { clock: () => time.now, route: routed };
  const seen = witness(() => time.now);
  const world: World = { random, time, seen, toSay: eventsToSay(random), isOver: false };
  const senders = [sender(world, open(deps)), sender(world, open(deps))];
  const others = [
    engine(world, open(deps)),
    engine(world, open(deps)),
    engine(world, open(deps)),
    meddler(world, open(deps)),
  ];
  const steps = isSideBySide ? await sideBySide(world, senders, others) : await inTurns(world, [...senders, ...others]);
  const last = calm(deps);
  await finish(world, last);
  await sayAgain(world, last);
  return { wrong: seen.wrong, steps };
};

type World = {
  readonly random: Random;
  readonly time: { now: number };
  readonly seen: Witness;
  readonly toSay: AcceptedEvent[];
  isOver: boolean;
};
type Actor = AsyncGenerator<undefined, void>;

const routed: Route = ({ pass }) => {
  if (pass === null) return ['shop'];
  // Google is not told of each.
  return pass.revision % 3 === 0 ? ['apple'] : ['apple', 'google'];
};

const eventsToSay = (random: Random): AcceptedEvent[] => {
  const events = MEMBERS.flatMap((memberId) =>
    Array.from({ length: REVISIONS }, (_, index) =>
      eventOf(index + 1, { memberId, lane: random.chance(0.5) ? 'live' : 'bulk', changed: [`field-${index}`] }),
    ),
  );
  const foreign = [foreignOf('o-0'), foreignOf('o-1', { lane: 'bulk' })];
  return [...events, ...events, ...foreign, ...foreign]
    .map((event) => ({ event, order: random.fraction() }))
    .toSorted((a, b) => a.order - b.order)
    .map(({ event }) => event);
};

async function* sender(world: World, store: DeliveryStore): Actor {
  const { random, toSay, seen } = world;
  while (toSay.length > 0) {
    const events = toSay.splice(0, random.int(1, 3));
    const answers = await store.accept(events);
    events.forEach((event, index) => {
      if (answers[index] === 'Unavailable') toSay.push(event);
      if (answers[index] !== 'Accepted') return;
      for (const destination of routed(event)) seen.accepted(keyFor(event, destination), revisionIn(event), event.lane);
    });
    for (let pause = random.int(0, 6); pause >= 0; pause--) yield;
  }
}

const keyFor = ({ pass, source, id }: AcceptedEvent, destination: string) =>
  pass === null
    ? ({ subject: { type: 'event', source, id }, destination } as const)
    : keyOf(destination, pass.memberId);
const revisionIn = ({ pass }: AcceptedEvent): number => pass?.revision ?? 1;

async function* engine(world: World, store: DeliveryStore): Actor {
  const { random, seen } = world;
  while (!world.isOver) {
    const due = await store.due(random.pick(DESTINATIONS), random.pick(['live', 'bulk']), 3)();
    yield;
    for (const key of E.isRight(due) ? due.right : []) {
      const granted = seen.aboutToClaim(key);
      const claimed = await store.claim(key, LEASE_MS)();
      if (E.isLeft(claimed) || O.isNone(claimed.right)) continue;
      const claim = claimed.right.value;
      granted(claim);
      // How long the work takes; and whether it ends.
      for (let pause = random.chance(0.2) ? random.int(8, 30) : random.int(0, 4); pause > 0; pause--) yield;
      if (random.chance(0.15)) continue;
      const settlement = settlementOf(world, claim);
      for (let again = random.chance(0.2) ? 2 : 1; again > 0; again--) {
        const answered = seen.aboutToSettle(claim, settlement);
        const settled = await store.settle(claim, settlement)();
        if (E.isRight(settled)) answered(settled.right);
        yield;
      }
    }
  }
}

const settlementOf = ({ random, time }: World, { content }: Claim): Settlement => {
  const soon = time.now + random.int(0, 2 * LEASE_MS);
  const verdict = random.pick<Verdict>([
    ...[{ type: 'Delivered' } as const, { type: 'Delivered' } as const, { type: 'Confirm', at: soon } as const],
    { type: 'Later', at: soon, reason: 'status 503', isFailure: random.chance(0.5) },
    { type: 'Dead', reason: 'status 400' },
  ]);
  return { verdict, revision: revisionOf(content), steps: [], progress: null };
};

async function* meddler(world: World, store: DeliveryStore): Actor {
  const { random, time, seen } = world;
  while (!world.isOver) {
    const key = keyOf(random.pick(['apple', 'google']), random.pick(MEMBERS));
    const { subject } = key;
    if (random.chance(0.3) && subject.type === 'member') {
      const look = seen.aboutToLook();
      const deliveries = await store.ofMember(subject.memberId)();
      if (E.isRight(deliveries)) deliveries.right.forEach(look);
      const isThere =
        E.isRight(deliveries) && deliveries.right.some(({ key: { destination } }) => destination === key.destination);
      if (isThere && E.isRight(await store.nudge(key, time.now + random.int(0, LEASE_MS))())) seen.nudged(key);
    }
    if (random.chance(0.1)) await store.redrive(key, random.chance(0.3))();
    time.now += random.int(0, random.chance(0.2) ? 2 * LEASE_MS : LEASE_MS / 10);
    yield;
  }
}

const inTurns = async (world: World, actors: readonly Actor[]): Promise<number> => {
  for (let steps = 0; ; steps++) {
    await world.random.pick(actors).next();
    if (world.toSay.length === 0 && steps > MIN_STEPS) return steps;
  }
};
const MIN_STEPS = 250;

const sideBySide = async (world: World, senders: readonly Actor[], others: readonly Actor[]): Promise<number> => {
  let steps = 0;
  const run = async (actor: Actor): Promise<void> => {
    for (; (await actor.next()).done !== true; steps++) await setTimeout(1);
  };
  const working = others.map(run);
  await Promise.all(senders.map(run));
  world.isOver = true;
  await Promise.all(working);
  return steps;
};

/** Nothing is waited for longer than a lease and a back-off, so a few rounds have to do. */
const finish = async ({ time, seen }: World, store: DeliveryStore): Promise<void> => {
  for (let round = 0; round < 12; round++) {
    time.now += 4 * LEASE_MS;
    for (const key of seen.keys()) await got(store.redrive(key, false));
    for (const destination of DESTINATIONS)
      for (const lane of ['live', 'bulk'] as const)
        for (const key of await got(store.due(destination, lane, 100))) {
          const granted = seen.aboutToClaim(key);
          const claimed = await got(store.claim(key, LEASE_MS));
          if (O.isNone(claimed)) continue;
          granted(claimed.value);
          const revision = revisionOf(claimed.value.content);
          const settlement: Settlement = { verdict: { type: 'Delivered' }, revision, steps: [], progress: null };
          const answered = seen.aboutToSettle(claimed.value, settlement);
          answered(await got(store.settle(claimed.value, settlement)));
        }
  }
};

/** The end, and that the whole story once more changes nothing of it. */
const sayAgain = async ({ seen, random }: World, store: DeliveryStore): Promise<void> => {
  const ofMembers = async () => Promise.all(MEMBERS.map((memberId) => got(store.ofMember(memberId))));
  const before = await ofMembers();
  const ended = new Map(before.flat().map((delivery) => [JSON.stringify(delivery.key), delivery]));
  for (const key of seen.keys()) {
    const delivery = ended.get(JSON.stringify(key));
    if (delivery !== undefined) seen.ended(key, delivery);
    else if (key.subject.type === 'member') seen.fail('what was accepted has a delivery', key);
    else if (seen.settledOf(key) !== 1) seen.fail('events of others are delivered', key);
  }
  const answers = await store.accept(eventsToSay(random));
  const after = await ofMembers();
  const key = keyOf('all');
  if (answers.some((answer) => answer !== 'Duplicate')) seen.fail('said again all is a duplicate', key);
  if (JSON.stringify(after) !== JSON.stringify(before)) seen.fail('said again nothing is written', key);
};
