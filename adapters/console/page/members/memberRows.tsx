import { useWindowVirtualizer } from '@tanstack/react-virtual';
import {
  type KeyboardEvent,
  type Ref,
  useCallback,
  useImperativeHandle,
  useLayoutEffect,
  useRef,
  useState,
} from 'react';
import { type Found, type List, useMembersAt } from './memberList.ts';
import { MemberRow } from './memberRow.tsx';
import classes from './memberRows.module.css';

export type RowsHandle = { readonly focus: () => void };
export type MemberRowsProps = {
  readonly ref: Ref<RowsHandle>;
  readonly list: List;
  /** Which member one points at, by mouse or keyboard. */
  readonly onShown: (memberId: string) => void;
};

/** The members that were found. Only rows in sight are there; one of them is reached by Tab, the others by arrows, Home and End. */
export const MemberRows = ({ ref, list, onShown }: MemberRowsProps) => {
  const found = list.first.data;
  return found === undefined ? null : (
    <Rows key={found.q} ref={ref} found={found} isStale={list.isStale} onShown={onShown} />
  );
};

type RowsProps = Pick<MemberRowsProps, 'ref' | 'onShown'> & { readonly found: Found; readonly isStale: boolean };

const ROW_PX = 60;
/** Above a row: the page's header and the search, which stay. */
const COVERED_PX = 150;

const Rows = ({ ref, found, isStale, onShown }: RowsProps) => {
  const { total } = found;
  const holder = useRef<HTMLDivElement>(null);
  const [margin, setMargin] = useState(0);
  const [active, setActive] = useState(0);
  const wanted = useRef<number | null>(null);
  useLayoutEffect(() => setMargin(holder.current?.offsetTop ?? 0), []);
  const rows = useWindowVirtualizer({
    ...{ count: total, estimateSize: () => ROW_PX, overscan: 8, scrollMargin: margin },
    ...{ scrollPaddingStart: COVERED_PX, scrollPaddingEnd: ROW_PX },
  });
  const shown = rows.getVirtualItems();
  const members = useMembersAt(found, shown[0]?.index ?? 0, shown.at(-1)?.index ?? 0);

  const go = (to: number): void => {
    const at = Math.max(0, Math.min(total - 1, to));
    wanted.current = at;
    setActive(at);
    rows.scrollToIndex(at);
    rowAt(holder.current, at)?.focus({ preventScroll: true });
  };
  // A row that came into sight only now.
  useLayoutEffect(() => {
    if (wanted.current === null) return;
    const row = rowAt(holder.current, wanted.current);
    if (row === null) return;
    wanted.current = null;
    row.focus({ preventScroll: true });
  });
  useImperativeHandle(ref, () => ({ focus: () => go(active) }));
  // The same for every row and every scroll: a row that is there is not drawn again.
  const onFocus = useCallback(
    (index: number, memberId: string | null): void => {
      setActive(index);
      if (memberId !== null) onShown(memberId);
    },
    [onShown],
  );
  const onKeyDown = (event: KeyboardEvent): void => {
    const to = targetOf(event, active, total);
    if (to === null) return;
    event.preventDefault();
    go(to);
  };
  // The row that Tab leads to has to be there.
  const reachable = shown.some(({ index }) => index === active) ? active : (shown[0]?.index ?? 0);

  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: keys that come up from the links in it
    <div ref={holder} onKeyDown={onKeyDown} className={isStale ? classes.stale : undefined}>
      {/* biome-ignore lint/a11y/useSemanticElements: what is in an ul has to be li, placed by the browser */}
      <div role="list" aria-label="Members" className={classes.rows} style={{ blockSize: rows.getTotalSize() }}>
        {shown.map(({ index, start }) => (
          <MemberRow
            key={index}
            {...{ index, total }}
            top={start - margin}
            member={members.get(index)}
            isReachable={index === reachable}
            onPoint={onShown}
            onFocus={onFocus}
          />
        ))}
      </div>
    </div>
  );
};

const PAGE_ROWS = 10;

const targetOf = ({ key, ctrlKey, metaKey, altKey }: KeyboardEvent, active: number, total: number): number | null => {
  if (ctrlKey || metaKey || altKey) return null;
  const targets: Readonly<Record<string, number>> = {
    ...{ ArrowDown: active + 1, ArrowUp: active - 1, Home: 0, End: total - 1 },
    ...{ PageDown: active + PAGE_ROWS, PageUp: active - PAGE_ROWS },
  };
  return targets[key] ?? null;
};

const rowAt = (holder: HTMLElement | null, index: number): HTMLElement | null =>
  holder?.querySelector<HTMLElement>(`[data-index="${index}"] a`) ?? null;
