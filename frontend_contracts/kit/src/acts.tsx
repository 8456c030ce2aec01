/** Acts: a mutation with its progress, and its result or its refusal in plain words. */

import { isSuccess, refusalOf, type SuccessOf } from '@daiqu/client';
import { App as AntApp, Button } from 'antd';
import { useCallback, useRef, useState } from 'react';
import { useMutation, type TypedDocumentNode } from 'urql';
import { faultOf } from './faults';
import { useTexts } from './i18n';
import { kitTexts } from './texts';

interface Answer {
  __typename: string;
}

/** Why the server said no: its sentence, its code, and the field of the input if it is one. */
export interface Refused {
  code: string;
  message: string;
  field?: string;
}

export type Outcome<A extends Answer> =
  | { done: SuccessOf<A> }
  | { refused: Refused }
  /** Nobody knows whether it was done; the same key asks again safely. */
  | { failed: string };

/** The field of a mutation's data that is its answer. */
type AnswerOf<Data> = Extract<Data[keyof Data], Answer>;

/** How an act is said afterwards. */
export interface Telling {
  /** A sentence for when it is done. */
  done?: string;
  /** Takes it back, where the domain allows. */
  undo?: () => void;
  /** The form shows the refusal itself. */
  quiet?: boolean;
}

/** A mutation to run at a click: a second click while it runs does nothing. */
export function useAct<Data, Variables extends object>(
  document: TypedDocumentNode<Data, Variables>,
): [
  run: (variables: Variables, telling?: Telling) => Promise<Outcome<AnswerOf<Data>> | null>,
  running: boolean,
] {
  const [, execute] = useMutation(document);
  const [running, setRunning] = useState(false);
  const busy = useRef(false);
  const tell = useTell();
  const t = useTexts(kitTexts);

  const run = useCallback(
    async (variables: Variables, telling: Telling = {}) => {
      if (busy.current) return null;
      busy.current = true;
      setRunning(true);
      try {
        const result = await execute(variables as never);
        const outcome = outcomeOf<AnswerOf<Data>>(result, (error) => faultOf(error, t));
        if ('done' in outcome) {
          if (telling.done) tell.done(telling.done, telling.undo);
        } else if (!telling.quiet) {
          tell.bad('refused' in outcome ? outcome.refused.message : outcome.failed);
        }
        return outcome;
      } finally {
        busy.current = false;
        setRunning(false);
      }
    },
    [execute, t, tell],
  );
  return [run, running];
}

function outcomeOf<A extends Answer>(
  result: { data?: unknown; error?: Parameters<typeof faultOf>[0] | undefined },
  words: (error: Parameters<typeof faultOf>[0]) => string,
): Outcome<A> {
  if (result.error) return { failed: words(result.error) };
  const [answer] = Object.values((result.data ?? {}) as Record<string, unknown>).filter(
    (each): each is A => typeof each === 'object' && each !== null,
  );
  if (isSuccess(answer)) return { done: answer };
  const refused = refusalOf(answer) as (Refused & Answer) | null;
  return { refused: refused ?? { code: '', message: '' } };
}

/** Short notices at the edge of the page, read out by screen readers. */
export function useTell(): {
  done: (text: string, undo?: () => void) => void;
  bad: (text: string) => void;
} {
  const { notification } = AntApp.useApp();
  const t = useTexts(kitTexts);
  const done = useCallback(
    (text: string, undo?: () => void) => {
      const key = `done-${text}`;
      notification.success({
        key,
        title: text,
        role: 'status',
        duration: undo ? 8 : 3,
        ...(undo && {
          actions: (
            <Button
              size="small"
              onClick={() => {
                notification.destroy(key);
                undo();
              }}
            >
              {t('undo')}
            </Button>
          ),
        }),
      });
    },
    [notification, t],
  );
  const bad = useCallback(
    (text: string) => notification.error({ key: `bad-${text}`, title: text, role: 'alert', duration: 8 }),
    [notification],
  );
  const both = useRef({ done, bad });
  both.current.done = done;
  both.current.bad = bad;
  return both.current;
}

interface Question {
  title: string;
  hint?: string;
  ok: string;
  danger?: boolean;
}

/** Ask before what cannot be undone. Resolves to whether to go on; a second click asks nothing more. */
export function useConfirm(): (question: Question) => Promise<boolean> {
  const { modal } = AntApp.useApp();
  const t = useTexts(kitTexts);
  const asking = useRef(false);
  return useCallback(
    async ({ title, hint, ok, danger }: Question) => {
      if (asking.current) return false;
      asking.current = true;
      try {
        return await modal.confirm({
          title,
          content: hint,
          okText: ok,
          // "Cancel" beside "Cancel the order" would be a riddle.
          cancelText: t(danger ? 'back' : 'cancel'),
          okButtonProps: { danger: danger ?? false },
          autoFocusButton: danger ? 'cancel' : 'ok',
          // The second half of a double click falls onto the mask.
          mask: { closable: false },
        });
      } finally {
        asking.current = false;
      }
    },
    [modal, t],
  );
}
