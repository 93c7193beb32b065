/** How full is somebody? One small square for each slot, and the same in words for whoever cannot see it. */

import styles from "./slots.module.css";

/** More squares than this are counted by nobody. */
const MOST_DRAWN = 8;

interface Props {
  readonly taken: number;
  readonly slots: number;
}

export function Slots({ taken, slots }: Props) {
  const words = `${taken} of ${slots} slots taken`;
  return (
    <span className={styles.slots} role="img" aria-label={words} title={words}>
      {slots > MOST_DRAWN ? (
        <span className={styles.many}>
          {taken}/{slots}
        </span>
      ) : (
        Array.from({ length: slots }, (_each, place) => (
          <span key={place} className={styles.slot} data-taken={place < taken} />
        ))
      )}
    </span>
  );
}
