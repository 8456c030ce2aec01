import type { Place } from "./findings";
import type { Draft } from "./model";

/** What each part of the editor is given. */
export interface PartProps {
  draft: Draft;
  change: (next: (before: Draft) => Draft) => void;
  /** Cards that are open. */
  open: ReadonlySet<string>;
  onOpen: (id: string, open: boolean) => void;
  /** To a card, which opens, ready to be written in. */
  go: (place: Place) => void;
  /** Cards that something is wrong with. */
  bad: ReadonlySet<string>;
}
