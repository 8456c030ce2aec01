/** How the day stands, and what somebody has to decide now. */

import {
  OperatorAbsenceDecideDocument,
  OperatorBoardDocument,
  OperatorTodayDocument,
  type OperatorTodayQuery,
} from '@daiqu/client';
import { Empty, Failed, Loading, Page, Sheet, StateTag, useAct, useAgain, useFormat, useMay, useTexts, type Format, type Mood } from '@daiqu/kit';
import { Button } from 'antd';
import { CheckCircleOutlined } from '@ant-design/icons';
import { useEffect, useRef, useState, type ReactNode } from 'react';
import { Link } from 'react-router';
import { useQuery, useSubscription } from 'urql';
import { dayOf } from '../calendar/layout';
import { ORDER_MOODS, orderWords } from '../orders/words';
import { Start, useStarting } from './start';
import { texts } from './texts';
import './today.css';

/** Events come in bursts: one reading for all of them. */
const CALM_MS = 800;
/** As many couriers at work are named. */
const CREW = 12;

type Data = OperatorTodayQuery;
type Kind = 'trouble' | 'waiting' | 'applicant' | 'leave';

export default function TodayView() {
  const t = useTexts(texts);
  const orders = useMay('ORDERS_READ');
  const couriers = useMay('COURIERS_READ');
  const figures = useMay('LEDGER_READ');
  const start = useStarting();
  const format = useFormat();
  const [{ data, error }, again] = useQuery({
    query: OperatorTodayDocument,
    variables: { orders, couriers, figures, day: dayOf(Date.now(), format.zone), start },
    requestPolicy: 'cache-and-network',
  });
  const refresh = () => again({ requestPolicy: 'network-only' });
  const [cursor, setCursor] = useState<string>();
  useEffect(() => setCursor((before) => before ?? data?.liveCursor), [data]);
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined);
  useEffect(() => () => clearTimeout(timer.current), []);
  useSubscription(
    { query: OperatorBoardDocument, variables: { after: cursor ?? null }, pause: !cursor },
    (_, event) => {
      clearTimeout(timer.current);
      timer.current = setTimeout(refresh, CALM_MS);
      return event;
    },
  );
  useAgain(refresh); // somebody applies or goes on duty, and "5 minutes ago" grows old

  let body: ReactNode;
  if (error && !data) body = <Failed error={error} retry={refresh} />;
  else if (!data) body = <Loading rows={12} />;
  else {
    body = (
      <>
        {start && <Start data={data} />}
        <Day data={data} refresh={refresh} />
      </>
    );
  }
  return (
    <Page
      title={t('title')}
      hint={data?.report && <Link to="/reports?period=today">{t('sofar', sofarOf(data.report.period.figures, format))}</Link>}
      actions={<Link to="/orders">{t('all')}</Link>}
    >
      <div className="t-day">{body}</div>
    </Page>
  );
}

function sofarOf({ placed, completed, turnover }: NonNullable<Data['report']>['period']['figures'], format: Format) {
  return { placed: format.number(placed), completed: format.number(completed), turnover: turnover.formatted };
}

function Day({ data, refresh }: { data: Data; refresh: () => void }) {
  const t = useTexts(texts);
  const format = useFormat();
  const crew = data.crew?.edges.map((edge) => edge.node) ?? [];
  const onDuty = crew.filter((courier) => courier.presence?.onDuty);
  const all = data.crew?.totalCount ?? crew.length;
  return (
    <>
      <ul className="t-figures">
        <Figure label={t('waiting')} value={data.waiting?.totalCount} to="/orders?states=PLACED%2COFFERED&booked=no" mood="wait" />
        <Figure
          label={t('running')}
          value={data.running?.totalCount}
          to="/orders?states=ACCEPTED%2CDEPARTED%2CARRIVED%2CIN_PROGRESS%2CDELIVERED"
          mood="run"
        />
        <Figure label={t('delivered')} value={data.delivered?.totalCount} to="/orders?states=DELIVERED" mood="good" />
        <Figure label={t('trouble')} value={data.trouble?.totalCount} to="/orders?states=UNDELIVERABLE%2CRETURNING" mood="bad" />
        {data.crew && (
          <Figure
            label={t('onDuty')}
            value={onDuty.length}
            note={t(all > crew.length ? 'ofFirst' : 'of', { first: format.number(crew.length), all: format.number(all) })}
            to="/couriers?states=APPROVED"
            mood="off"
          />
        )}
      </ul>
      <div className="t-columns">
        <Decisions data={data} refresh={refresh} />
        <div className="k-stack">
          <Sheet title={t('underWay')}>
            {data.running?.edges.length ? <Running data={data} /> : <p className="k-quiet">{t('quiet')}</p>}
          </Sheet>
          {data.crew && (
            <Sheet title={t('crew')}>
              {onDuty.length === 0 && <p className="k-quiet">{t('nobody')}</p>}
              <ul className="t-crew">
                {onDuty.slice(0, CREW).map((courier) => (
                  <li key={courier.id} className="k-between">
                    <Link to={`/couriers?open=${encodeURIComponent(courier.id)}`}>{courier.displayName}</Link>
                    <span className="k-quiet k-nowrap">
                      {courier.presence && t('since', { at: format.moment(courier.presence.since) })}
                    </span>
                  </li>
                ))}
              </ul>
              {(all > crew.length || onDuty.length > CREW) && (
                <Link className="t-rest" to="/couriers?states=APPROVED">
                  {t('allCouriers', { all: format.number(all) })}
                </Link>
              )}
            </Sheet>
          )}
        </div>
      </div>
    </>
  );
}

function Running({ data }: { data: Data }) {
  const words = useTexts(orderWords);
  return (
    <ul className="t-running">
      {data.running?.edges.map(({ node }) => (
        <li key={node.id}>
          <Link to={`/orders?open=${encodeURIComponent(node.id)}`}>{node.number}</Link>
          <span className="k-clip k-quiet">{node.courier?.displayName ?? words('unassigned')}</span>
          <StateTag mood={ORDER_MOODS[node.state]}>{words(`state.${node.state}`)}</StateTag>
        </li>
      ))}
    </ul>
  );
}

interface FigureProps {
  label: string;
  value: number | null | undefined;
  note?: string;
  to: string;
  mood: Mood;
}

function Figure({ label, value, note, to, mood }: FigureProps) {
  const format = useFormat();
  return (
    <li>
      <Link to={to} className={`t-figure ${value && (mood === 'bad' || mood === 'wait') ? `t-figure-${mood}` : ''}`}>
        <span className="t-figure-label">{label}</span>
        <span className="t-figure-value">
          {format.number(value ?? 0)}
          {note && <small> {note}</small>}
        </span>
      </Link>
    </li>
  );
}

function Decisions({ data, refresh }: { data: Data; refresh: () => void }) {
  const t = useTexts(texts);
  const words = useTexts(orderWords);
  const format = useFormat();
  const decides = useMay('ORDERS_MANAGE');
  const reviews = useMay('COURIERS_REVIEW');
  const { trouble, waiting, applicants, leaves } = data;
  const rows: ReactNode[] = [
    ...(trouble?.edges ?? []).map(({ node }) => (
      <Decision
        key={node.id}
        mood="bad"
        kind={t('kinds.trouble')}
        title={`${node.number} · ${words(`state.${node.state}`)}`}
        hint={t('troubleSince', { service: node.serviceName, courier: node.courier?.displayName ?? words('unassigned') })}
        action={<To to={`/orders?open=${encodeURIComponent(node.id)}`}>{t('open')}</To>}
      />
    )),
    ...(waiting?.edges ?? []).toReversed().map(({ node }) => (
      <Decision
        key={node.id}
        mood="wait"
        kind={t('kinds.waiting')}
        title={node.urgent ? `${node.number} · ${words('urgent')}` : node.number}
        hint={t('waitsSince', { service: node.serviceName, ago: format.ago(node.placedAt) })}
        action={<To to={`/orders?open=${encodeURIComponent(node.id)}`}>{t('open')}</To>}
      />
    )),
    ...(applicants?.edges ?? []).toReversed().map(({ node }) => (
      <Decision
        key={node.id}
        mood="run"
        kind={t('kinds.applicant')}
        title={node.displayName}
        hint={t('applied', { ago: format.ago(node.appliedAt), count: node.documents.length })}
        action={
          reviews && <To to={`/couriers?states=APPLIED&open=${encodeURIComponent(node.id)}`}>{t('review')}</To>
        }
      />
    )),
    ...(leaves?.edges ?? []).toReversed().map(({ node }) => (
      <Decision
        key={node.id}
        mood="run"
        kind={t('kinds.leave')}
        title={node.courier.displayName}
        hint={t('leave', { from: format.moment(node.startsAt), to: format.moment(node.endsAt) })}
        action={decides && <LeaveButtons id={node.id} onDone={refresh} />}
      />
    )),
  ];
  // Of each kind the oldest are shown, and where the others are is said.
  const rest = [
    { of: trouble, to: '/orders?states=UNDELIVERABLE%2CRETURNING', kind: 'trouble' },
    { of: waiting, to: '/orders?states=PLACED%2COFFERED&booked=no&sort=placed', kind: 'waiting' },
    { of: applicants, to: '/couriers?states=APPLIED', kind: 'applicant' },
    { of: leaves, to: '/calendar', kind: 'leave' },
  ].flatMap(({ of, to, kind }) =>
    of && (of.totalCount ?? 0) > of.edges.length ? (
      <Link key={kind} to={to}>
        {t('allOf', { kind: t(`kinds.${kind as Kind}`), count: of.totalCount ?? 0 })}
      </Link>
    ) : (
      []
    ),
  );
  return (
    <Sheet title={t('decide')} flush>
      {rows.length ? (
        <>
          <ul className="t-decisions">{rows}</ul>
          {rest.length > 0 && <p className="t-rest k-row">{rest}</p>}
        </>
      ) : (
        <Empty icon={<CheckCircleOutlined />} title={t('nothing')} hint={t('nothingHint')} />
      )}
    </Sheet>
  );
}

interface DecisionProps {
  mood: Mood;
  kind: string;
  title: string;
  hint: string;
  action: ReactNode;
}

function Decision({ mood, kind, title, hint, action }: DecisionProps) {
  return (
    <li className="t-decision">
      <span className="t-kind">
        <StateTag mood={mood}>{kind}</StateTag>
      </span>
      <span className="t-what">
        <span className="k-strong k-clip">{title}</span>
        <span className="k-quiet k-clip">{hint}</span>
      </span>
      <span className="k-row t-do">{action}</span>
    </li>
  );
}

function To({ to, children }: { to: string; children: ReactNode }) {
  return (
    <Link to={to} className="t-to">
      {children}
    </Link>
  );
}

function LeaveButtons({ id, onDone }: { id: string; onDone: () => void }) {
  const t = useTexts(texts);
  const [decide, running] = useAct(OperatorAbsenceDecideDocument);
  const go = async (approve: boolean) => {
    const outcome = await decide(
      { input: { absenceId: id, approve } },
      { done: t(approve ? 'approved' : 'declined') },
    );
    if (outcome && !('failed' in outcome)) onDone();
  };
  return (
    <>
      <Button size="small" loading={running} onClick={() => void go(true)}>
        {t('approve')}
      </Button>
      <Button size="small" disabled={running} onClick={() => void go(false)}>
        {t('decline')}
      </Button>
    </>
  );
}
