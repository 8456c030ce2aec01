/** Working hours of every week, in the operator's own time. */

import { OperatorCourierHoursSetDocument } from '@daiqu/client';
import { kitTexts, SaveForm, useAct, useFormat, useLanguage, useTexts } from '@daiqu/kit';
import { Button, Form, Input } from 'antd';
import { CloseOutlined, PlusOutlined } from '@ant-design/icons';
import { texts } from './texts';

interface Span {
  weekday: number;
  starts: string;
  ends: string;
}

const WEEKDAYS = [1, 2, 3, 4, 5, 6, 7] as const;
/** 1 January 2024 was a Monday. */
const MONDAY = Date.UTC(2024, 0, 1);
const DAY_MS = 86_400_000;

interface HoursProps {
  courierId: string;
  hours: readonly Span[];
  editable: boolean;
  onSaved: () => void;
}

export function Hours({ courierId, hours, editable, onSaved }: HoursProps) {
  const t = useTexts(texts);
  const { zone } = useFormat();
  const names = useWeekdays();
  const [set] = useAct(OperatorCourierHoursSetDocument);
  const spans = hours.map(({ weekday, starts, ends }) => ({ weekday, starts, ends }));
  if (!editable) {
    return (
      <dl className="c-week">
        {WEEKDAYS.map((weekday) => (
          <div key={weekday}>
            <dt>{names[weekday - 1]}</dt>
            <dd>
              {spans
                .filter((span) => span.weekday === weekday)
                .map((span) => `${span.starts}–${span.ends}`)
                .join(', ') || t('closed')}
            </dd>
          </div>
        ))}
      </dl>
    );
  }
  return (
    <SaveForm
      initial={{ hours: spans }}
      savedText={t('hoursSaved')}
      save={(values) => set({ input: { courierId, hours: values.hours } }, { quiet: true })}
      onSaved={onSaved}
    >
      <p className="k-quiet k-gap-below">{t('hoursHint', { zone })}</p>
      <Form.Item name="hours">
        <WeekInput names={names} />
      </Form.Item>
    </SaveForm>
  );
}

function WeekInput(props: { value?: Span[]; onChange?: (value: Span[]) => void; names: string[] }) {
  const { value = [], onChange, names } = props;
  const t = useTexts(texts);
  const words = useTexts(kitTexts);
  const change = (span: Span, what: Partial<Span>) =>
    onChange?.(value.map((each) => (each === span ? { ...each, ...what } : each)));
  return (
    <div className="c-week">
      {WEEKDAYS.map((weekday) => {
        const day = names[weekday - 1] ?? '';
        const spans = value.filter((span) => span.weekday === weekday);
        return (
          <div key={weekday} role="group" aria-label={day}>
            <span>{day}</span>
            <div className="c-spans">
              {spans.length === 0 && <span className="k-quiet">{t('closed')}</span>}
              {spans.map((span, index) => (
                <span key={index} className="c-span">
                  <Input type="time" required aria-label={t('from', { day })} value={span.starts} onChange={(event) => change(span, { starts: event.target.value })} />
                  –
                  <Input type="time" required aria-label={t('to', { day })} value={span.ends} onChange={(event) => change(span, { ends: event.target.value })} />
                  <Button
                    type="text"
                    size="small"
                    icon={<CloseOutlined />}
                    aria-label={t('removeHours', { day })}
                    onClick={() => onChange?.(value.filter((each) => each !== span))}
                  />
                </span>
              ))}
            </div>
            <Button
              type="text"
              size="small"
              icon={<PlusOutlined />}
              aria-label={`${t('addHours')}: ${day}`}
              onClick={() => onChange?.([...value, { weekday, starts: '09:00', ends: '18:00' }])}
            >
              {words('add')}
            </Button>
          </div>
        );
      })}
    </div>
  );
}

function useWeekdays(): string[] {
  const language = useLanguage();
  const format = new Intl.DateTimeFormat(language, { weekday: 'long', timeZone: 'UTC' });
  return WEEKDAYS.map((weekday) => format.format(MONDAY + (weekday - 1) * DAY_MS));
}
