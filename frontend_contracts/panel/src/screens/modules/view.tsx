/** Parts of the product, switched off and on at a click, which can be taken back. */

import { OperatorModulesDocument, OperatorModulesSetDocument, type Module } from '@daiqu/client';
import { Failed, Loading, Page, useAct, useTexts } from '@daiqu/kit';
import { Switch } from 'antd';
import {
  BulbOutlined,
  CalendarOutlined,
  CommentOutlined,
  HeartOutlined,
  IdcardOutlined,
  ScheduleOutlined,
  SolutionOutlined,
} from '@ant-design/icons';
import { useEffect, useState, type ReactNode } from 'react';
import { useQuery } from 'urql';
import { switched } from './switched';
import { texts } from './texts';
import './modules.css';

const GROUPS = {
  customers: ['APPOINTMENTS', 'PROVIDERS', 'FOLLOWING', 'REVIEWS', 'RECOMMENDATIONS'],
  couriers: ['APPLICATIONS', 'SHIFTS'],
} as const satisfies Record<string, readonly Module[]>;

const ICONS: Record<Module, ReactNode> = {
  APPLICATIONS: <SolutionOutlined />,
  APPOINTMENTS: <CalendarOutlined />,
  FOLLOWING: <HeartOutlined />,
  PROVIDERS: <IdcardOutlined />,
  RECOMMENDATIONS: <BulbOutlined />,
  REVIEWS: <CommentOutlined />,
  SHIFTS: <ScheduleOutlined />,
};

export default function ModulesView() {
  const t = useTexts(texts);
  const [{ data, error }, again] = useQuery({ query: OperatorModulesDocument, requestPolicy: 'cache-and-network' });
  return (
    <Page title={t('title')} hint={t('hint')}>
      {error && !data && <Failed error={error} retry={() => again({ requestPolicy: 'network-only' })} />}
      {!data && !error && <Loading rows={10} />}
      {data && <Modules modulesOff={data.brand.modulesOff} />}
    </Page>
  );
}

function Modules({ modulesOff }: { modulesOff: readonly Module[] }) {
  const t = useTexts(texts);
  const [off, setOff] = useState(modulesOff);
  useEffect(() => setOff(modulesOff), [modulesOff]);
  const [set] = useAct(OperatorModulesSetDocument);
  const [going, setGoing] = useState<Module>();

  async function turn(module: Module, on: boolean, known: readonly Module[], undoable = true): Promise<void> {
    const next = switched(known, module, on);
    const name = t(`name.${module}`);
    setGoing(module);
    const outcome = await set(
      { input: { off: next } },
      {
        done: t(on ? 'didOn' : 'didOff', { name }),
        ...(undoable && { undo: () => void turn(module, !on, next, false) }),
      },
    );
    setGoing(undefined);
    if (outcome && 'done' in outcome) setOff(outcome.done.brand.modulesOff);
  }

  return (
    <>
      {(Object.keys(GROUPS) as (keyof typeof GROUPS)[]).map((group) => (
        <section key={group} className="m-group" aria-labelledby={`m-${group}`}>
          <h2 id={`m-${group}`}>{t(group)}</h2>
          <ul className="m-list">
            {GROUPS[group].map((module) => {
              const on = !off.includes(module);
              const name = t(`name.${module}`);
              return (
                <li key={module} className="m-card" data-off={!on}>
                  <span className="m-icon" aria-hidden="true">
                    {ICONS[module]}
                  </span>
                  <h3>{name}</h3>
                  <Switch
                    checked={on}
                    loading={going === module}
                    aria-label={t('switch', { name })}
                    onChange={(next) => void turn(module, next, off)}
                  />
                  <p>{t(`does.${module}`)}</p>
                  <p className="m-without">
                    <b>{t('gone')}</b> {t(`without.${module}`)}
                  </p>
                </li>
              );
            })}
          </ul>
        </section>
      ))}
    </>
  );
}
