/** What is used of the plan, against its limits. */

import type { OperatorPlanPageQuery } from '@daiqu/client';
import { Sheet, useFormat, useTexts } from '@daiqu/kit';
import { Progress } from 'antd';
import { METERS, shareOf } from './standing';
import { texts } from './texts';
import { useFigures } from './words';

type Metered = OperatorPlanPageQuery['planUsage']['meters'][number];

export function Usage({ meters }: { meters: readonly Metered[] }) {
  const t = useTexts(texts);
  const shown = METERS.flatMap((meter) => meters.find((each) => each.meter === meter) ?? []);
  return (
    <Sheet title={t('usage')}>
      <div className="pl-meters">
        {shown.map((each) => (
          <Bar key={each.meter} metered={each} />
        ))}
      </div>
    </Sheet>
  );
}

function Bar({ metered: { meter, used, limit, warned, periodEnds } }: { metered: Metered }) {
  const t = useTexts(texts);
  const format = useFormat();
  const figure = useFigures();
  const share = shareOf(used, limit);
  const full = share === 100;
  const text =
    limit == null
      ? t('unlimited', { used: figure(meter, used) })
      : t('of', { used: figure(meter, used), limit: figure(meter, limit) });
  return (
    <section className="pl-meter" aria-label={t(`meter.${meter}`)}>
      <h3>{t(`meter.${meter}`)}</h3>
      <span className="k-strong">{text}</span>
      {share !== null && (
        <Progress
          percent={share}
          showInfo={false}
          size="small"
          aria-label={text}
          status={full ? 'exception' : 'normal'}
          {...(warned && !full && { strokeColor: '#d98200' })}
        />
      )}
      {share !== null && warned && <small className="pl-warn">{t(full ? 'full' : 'warned')}</small>}
      <small>{periodEnds ? t('anew', { day: format.day(periodEnds) }) : t('present')}</small>
    </section>
  );
}
