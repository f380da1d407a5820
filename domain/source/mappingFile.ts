import type { Feeds } from './feeds.ts';
import type { FieldKind } from './fieldValue.ts';
import type { FullLoad, PlatformEventMapping, Programme } from './mapping.ts';
import type { PresetName } from './presets.ts';
import type { OptionalAttribute, RequiredAttribute, Role, roles } from './roles.ts';

/**
 * What a person writes to say how an org's records are read: a TypeScript file whose default export is defineMapping({ … }), or JSON
 * of the same shape. Shorter than the Mapping it becomes: what is left out has a usual value.
 */
export type MappingFile = {
  /** Start from a preset: what follows is laid over it key by key; null takes a key away. */
  readonly extends?: PresetName;
  readonly programme?: Partial<Programme>;
  /** By API name, such as Order. */
  readonly objects?: Readonly<Record<string, ObjectFile | null>>;
  /** AppFlow flow name → object, where a flow is not named after its object. */
  readonly flows?: Readonly<Record<string, string>>;
  /** Flows (or objects) whose runs read every record: what two runs in a row leave out does not exist any more. */
  readonly fullLoads?: readonly FullLoad[];
  /** The flows that a deployed billfold has for an object, where they are not the usual three; elsewhere: none, other systems tell of it. null takes an entry away. */
  readonly feeds?: Readonly<Record<string, Partial<Feeds> | 'elsewhere' | null>>;
  /** By API name of the event: Points_Posted__e. */
  readonly platformEvents?: Readonly<Record<string, PlatformEventMapping>>;
  /** API names of objects whose change events and files are passed over, and of events that are. */
  readonly ignored?: readonly string[] | null;
};

/** The API name of the field, read as its attribute usually is (custom: as text); or said in full. */
export type FieldFile =
  | string
  | {
      readonly field: string;
      readonly kind?: FieldKind;
      /** Sealed wherever it is stored. firstName, lastName and email are, unless this says otherwise. */
      readonly isPersonal?: boolean;
      /** false: change events never carry it (formula, long text), so its absence there says nothing. */
      readonly isInChangeEvents?: boolean;
      /** Custom attributes of members, grants and definitions: shown on the pass. */
      readonly onPass?: boolean;
    };

export type ObjectFile = { [R in Role]: ObjectOfRole<R> }[Role] | ObjectAddition;

type ObjectOfRole<R extends Role> = {
  readonly role: R;
  readonly fields: Readonly<Record<RequiredAttribute<R>, FieldFile>> &
    Readonly<Partial<Record<OptionalAttribute<R>, FieldFile>>>;
  readonly custom?: Readonly<Record<string, FieldFile>>;
} & ((typeof roles)[R]['isOwned'] extends true ? { readonly owner: string } : unknown) &
  Readonly<Partial<Record<(typeof roles)[R]['statusLists'][number], readonly string[]>>>;

/** What is laid over an object of the preset that `extends` names. */
type ObjectAddition = {
  readonly role?: never;
  readonly owner?: string;
  readonly fields?: Readonly<Record<string, FieldFile | null>>;
  readonly custom?: Readonly<Record<string, FieldFile | null>>;
  readonly countedStatuses?: readonly string[];
  readonly availableStatuses?: readonly string[];
  readonly redeemedStatuses?: readonly string[];
};

/** For the editor's sake: completes names and marks mistakes while the file is written. */
export const defineMapping = (file: MappingFile): MappingFile => file;
