/** Asks before what was typed is left behind. */

import { createContext, useCallback, useContext, useEffect, useRef, useState } from 'react';
import { useBlocker } from 'react-router';
import { useConfirm } from './acts';
import { useTexts } from './i18n';
import { kitTexts } from './texts';

/** What holds something unsaved in a drawer that is in no address. */
export const Leaving = createContext<Set<object> | null>(null);

/** For such a drawer: what it gives its content as `Leaving`, and the question when somebody closes it. */
export function useLeaving(): { dirty: Set<object>; leave: () => Promise<boolean> } {
  const ask = useQuestion();
  const [dirty] = useState(() => new Set<object>());
  const leave = useCallback(async () => dirty.size === 0 || ask(), [dirty, ask]);
  return { dirty, leave };
}

/** Asks before what was typed is left behind: by a link, by closing the drawer or the tab. */
export function useLeaveGuard(dirty: boolean): void {
  const ask = useQuestion();
  const drawer = useContext(Leaving);
  // A form stands on a page, or in the drawer that `?open=` names: leaving either leaves it.
  const stands = ({ pathname, search }: { pathname: string; search: string }) =>
    `${pathname} ${new URLSearchParams(search).get('open') ?? ''}`;
  const blocker = useBlocker(
    ({ currentLocation, nextLocation }) => dirty && stands(currentLocation) !== stands(nextLocation),
  );
  const asking = useRef(false);
  useEffect(() => {
    if (blocker.state !== 'blocked' || asking.current) return;
    asking.current = true;
    void ask().then((go) => {
      asking.current = false;
      if (go) blocker.proceed();
      else blocker.reset();
    });
  }, [blocker, ask]);
  useEffect(() => {
    if (!dirty) return undefined;
    const typed = {};
    const stop = (event: BeforeUnloadEvent) => event.preventDefault();
    drawer?.add(typed);
    window.addEventListener('beforeunload', stop);
    return () => {
      drawer?.delete(typed);
      window.removeEventListener('beforeunload', stop);
    };
  }, [dirty, drawer]);
}

function useQuestion(): () => Promise<boolean> {
  const t = useTexts(kitTexts);
  const confirm = useConfirm();
  return useCallback(
    () => confirm({ title: t('leave'), hint: t('leaveHint'), ok: t('leaveAnyway'), danger: true }),
    [confirm, t],
  );
}
