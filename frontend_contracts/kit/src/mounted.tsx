/** For tests: something of React on a page, and what a hook answers there. */

import { act, Fragment, type ComponentType, type ReactNode } from 'react';
import { createRoot } from 'react-dom/client';

(globalThis as { IS_REACT_ACT_ENVIRONMENT?: boolean }).IS_REACT_ACT_ENVIRONMENT = true;

export interface Mounted {
  page: HTMLElement;
  show: (next: ReactNode) => void;
  unmount: () => void;
}

export function mounted(what: ReactNode): Mounted {
  const page = document.createElement('div');
  document.body.append(page);
  const root = createRoot(page);
  const show = (next: ReactNode) => act(() => root.render(next));
  show(what);
  return {
    page,
    show,
    unmount() {
      act(() => root.unmount());
      page.remove();
    },
  };
}

/** Let things happen until it is so; the test's own time limit ends what never is. */
export async function until(isSo: () => boolean): Promise<void> {
  while (!isSo()) await act(() => new Promise((resolve) => setTimeout(resolve, 5)));
}

/** `now` is what the hook answered last; `again` renders it with something else. */
export function hooked<Given, Answer>(
  hook: (given: Given) => Answer,
  given: Given,
  Within: ComponentType<{ children?: ReactNode }> = Fragment,
) {
  const seen: { now?: Answer } = {};
  function Harness({ what }: { what: Given }) {
    seen.now = hook(what);
    return null;
  }
  const shown = (what: Given) => (
    <Within>
      <Harness what={what} />
    </Within>
  );
  const { show, unmount } = mounted(shown(given));
  return {
    now: () => seen.now as Answer,
    again: (next: Given) => show(shown(next)),
    unmount,
  };
}
