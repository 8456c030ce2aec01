/** What stands above every screen: a visit of the platform's people, and what the platform tells. */

import { OperatorImpersonationsDismissDocument, OperatorImpersonationsOpenDocument } from '@daiqu/client';
import { useAct, useApp, useConfirm, useFormat, useMay, useTexts, type PlatformWord, type Viewer } from '@daiqu/kit';
import { Button } from 'antd';
import { CloseOutlined, EyeOutlined, NotificationOutlined, ToolOutlined, WarningOutlined } from '@ant-design/icons';
import { useEffect, useState } from 'react';
import { useQuery } from 'urql';
import { keyOf, mayPutAway, putAway, readBefore, shownOf } from './shown';
import { texts } from './texts';
import './notices.css';

const MINUTE = 60_000;
const LOOKS = {
  NEWS: { icon: <NotificationOutlined aria-hidden />, class: 'v-news' },
  MAINTENANCE: { icon: <ToolOutlined aria-hidden />, class: 'v-work' },
  INCIDENT: { icon: <WarningOutlined aria-hidden />, class: 'v-wrong' },
} as const;

/** Does it every `every` ms while somebody looks at the page, and when they come back to it. */
function useNowAndThen(what: () => void, every: number): void {
  useEffect(() => {
    const look = () => void (document.visibilityState === 'visible' && what());
    const timer = setInterval(look, every);
    document.addEventListener('visibilitychange', look);
    return () => {
      clearInterval(timer);
      document.removeEventListener('visibilitychange', look);
    };
  }, [what, every]);
}

export function Notices() {
  const { viewer, refresh } = useApp();
  const mayKnow = useMay('AUDIT_READ') && !viewer.impersonation;
  const [read, setRead] = useState(readBefore);
  useNowAndThen(refresh, 5 * MINUTE);
  return (
    <>
      {viewer.impersonation && <OwnVisit visit={viewer.impersonation} />}
      {mayKnow && <Visitors />}
      {shownOf(viewer.announcements ?? [], read).map((word) => (
        <Announcement key={keyOf(word)} word={word} onRead={() => setRead(putAway(word))} />
      ))}
    </>
  );
}

function OwnVisit({ visit }: { visit: NonNullable<Viewer['impersonation']> }) {
  const t = useTexts(texts);
  const format = useFormat();
  const { signOut } = useApp();
  return (
    <section className="v-notice v-visit" role="status">
      <EyeOutlined aria-hidden />
      <div className="v-text">
        <strong>{t('acting', { by: visit.by, reason: visit.reason, until: format.time(visit.expiresAt) })}</strong>
        <p className="v-visit-quiet">{t('actingHint')}</p>
      </div>
      <Button size="small" onClick={signOut}>
        {t('end')}
      </Button>
    </section>
  );
}

function Visitors() {
  const t = useTexts(texts);
  const format = useFormat();
  const confirm = useConfirm();
  const mayShowOut = useMay('STAFF_MANAGE');
  const [{ data }, again] = useQuery({ query: OperatorImpersonationsOpenDocument });
  const [dismiss, dismissing] = useAct(OperatorImpersonationsDismissDocument);
  const [look] = useState(() => () => again({ requestPolicy: 'network-only' }));
  useNowAndThen(look, MINUTE);
  const showOut = async () => {
    if (!(await confirm({ title: t('showOutAsk'), hint: t('showOutHint'), ok: t('showOut') }))) return;
    await dismiss({}, { done: t('shownOut') });
    look();
  };
  return data?.impersonationsOpen.map(({ by, reason, startedAt, expiresAt }) => (
    <section key={`${by} ${startedAt}`} className="v-notice v-inside" role="status">
      <EyeOutlined aria-hidden />
      <div className="v-text">{t('inside', { by, reason, until: format.time(expiresAt) })}</div>
      {mayShowOut && (
        <Button size="small" loading={dismissing} onClick={() => void showOut()}>
          {t('showOut')}
        </Button>
      )}
    </section>
  ));
}

function Announcement({ word, onRead }: { word: PlatformWord; onRead: () => void }) {
  const t = useTexts(texts);
  const format = useFormat();
  const [open, setOpen] = useState(false);
  const look = LOOKS[word.kind];
  const ends = word.endsAt && t('until', { at: format.moment(word.endsAt) });
  return (
    <section className={`v-notice ${look.class}`} role="status">
      {look.icon}
      <div className="v-text">
        <strong>
          {t(`kind.${word.kind}`)} · {word.title}
        </strong>
        {ends && ` · ${ends}`}{' '}
        {word.body && (
          <button type="button" className="v-more" aria-expanded={open} onClick={() => setOpen(!open)}>
            {t(open ? 'less' : 'more')}
          </button>
        )}
        {open && <p>{word.body}</p>}
      </div>
      {mayPutAway(word) && (
        <Button
          className="v-away"
          size="small"
          type="text"
          icon={<CloseOutlined />}
          aria-label={t('read', { title: word.title })}
          onClick={onRead}
        />
      )}
    </section>
  );
}
