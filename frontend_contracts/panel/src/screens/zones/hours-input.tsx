/** When a place is open: spans by weekday, and single days that differ. */

import type { OpeningHoursInput, Weekday } from "@daiqu/client";
import { useLanguage, useTexts } from "@daiqu/kit";
import { Button, Input, Select } from "antd";
import { CloseOutlined, PlusOutlined } from "@ant-design/icons";
import { texts } from "./texts";

const WEEKDAYS: readonly Weekday[] = ["MONDAY", "TUESDAY", "WEDNESDAY", "THURSDAY", "FRIDAY", "SATURDAY", "SUNDAY"];
/** 1 January 2024 was a Monday. */
const MONDAY = Date.UTC(2024, 0, 1);
const DAY_MS = 86_400_000;

interface Span {
  opens: string;
  closes: string;
}

export interface Hours {
  week: { weekdays: Weekday[]; opens: string; closes: string }[];
  exceptions: { date: string; spans: Span[] }[];
}

interface Read {
  week: readonly { weekday: Weekday; spans: readonly Span[] }[];
  exceptions: readonly { date: string; spans: readonly Span[] }[];
}

/** Days with the same span in one line, as people write opening hours. */
export function hoursOf(read: Read | null | undefined): Hours {
  const lines = new Map<string, Hours["week"][number]>();
  for (const { weekday, spans } of read?.week ?? []) {
    for (const { opens, closes } of spans) {
      const key = `${opens}-${closes}`;
      const line = lines.get(key) ?? { weekdays: [], opens, closes };
      line.weekdays.push(weekday);
      lines.set(key, line);
    }
  }
  const exceptions = (read?.exceptions ?? []).map(({ date, spans }) => ({
    date,
    spans: spans.map(({ opens, closes }) => ({ opens, closes })),
  }));
  return { week: [...lines.values()], exceptions };
}

/** What is sent: nothing at all means always open. */
export function hoursSent({ week, exceptions }: Hours): OpeningHoursInput | null {
  return week.length || exceptions.length ? { week: week.filter((line) => line.weekdays.length), exceptions } : null;
}

interface HoursInputProps {
  value?: Hours;
  onChange?: (value: Hours) => void;
}

export function HoursInput({ value = { week: [], exceptions: [] }, onChange }: HoursInputProps) {
  const t = useTexts(texts);
  const language = useLanguage();
  const day = new Intl.DateTimeFormat(language, { weekday: "short", timeZone: "UTC" });
  const options = WEEKDAYS.map((weekday, index) => ({ value: weekday, label: day.format(MONDAY + index * DAY_MS) }));
  const { week, exceptions } = value;
  const setWeek = (next: Hours["week"]) => onChange?.({ week: next, exceptions });
  const setDays = (next: Hours["exceptions"]) => onChange?.({ week, exceptions: next });
  const changed = <Row,>(rows: readonly Row[], row: NoInfer<Row>, what: Partial<NoInfer<Row>>): Row[] => rows.map((each) => (each === row ? { ...each, ...what } : each));

  return (
    <div className="z-hours">
      {week.length === 0 && exceptions.length === 0 && <p className="k-quiet">{t("place.always")}</p>}
      {week.map((line, index) => (
        <div key={index} className="z-span">
          <Select
            mode="multiple"
            maxTagCount="responsive"
            aria-label={t("place.weekdays")}
            placeholder={t("place.weekdays")}
            options={options}
            value={line.weekdays}
            onChange={(weekdays: Weekday[]) => setWeek(changed(week, line, { weekdays: WEEKDAYS.filter((each) => weekdays.includes(each)) }))}
          />
          <Times span={line} onChange={(what) => setWeek(changed(week, line, what))} onRemove={() => setWeek(week.filter((each) => each !== line))} />
        </div>
      ))}
      {exceptions.map((one, index) => (
        <div key={index} className="z-span">
          <Input
            type="date"
            required
            aria-label={t("place.exceptions")}
            value={one.date}
            onChange={(event) => setDays(changed(exceptions, one, { date: event.target.value }))}
          />
          {one.spans[0] ? (
            <Times
              span={one.spans[0]}
              onChange={(what) => setDays(changed(exceptions, one, { spans: one.spans.map((span, at) => (at === 0 ? { ...span, ...what } : span)) }))}
              onRemove={() => setDays(changed(exceptions, one, { spans: [] }))}
            />
          ) : (
            <span className="z-times k-quiet">
              {t("place.closedAllDay")}
              <Button type="text" size="small" icon={<PlusOutlined />} aria-label={t("place.addHours")} onClick={() => setDays(changed(exceptions, one, { spans: [{ opens: "10:00", closes: "16:00" }] }))} />
              <Button type="text" size="small" icon={<CloseOutlined />} aria-label={t("place.removeHours")} onClick={() => setDays(exceptions.filter((each) => each !== one))} />
            </span>
          )}
        </div>
      ))}
      <div className="k-row">
        <Button size="small" icon={<PlusOutlined />} onClick={() => setWeek([...week, { weekdays: [...WEEKDAYS.slice(0, 5)], opens: "08:00", closes: "20:00" }])}>
          {t("place.addHours")}
        </Button>
        <Button size="small" icon={<PlusOutlined />} onClick={() => setDays([...exceptions, { date: "", spans: [] }])}>
          {t("place.addDay")}
        </Button>
      </div>
    </div>
  );
}

function Times({ span, onChange, onRemove }: { span: Span; onChange: (what: Partial<Span>) => void; onRemove: () => void }) {
  const t = useTexts(texts);
  return (
    <span className="z-times">
      <Input type="time" required aria-label={t("place.opens")} value={span.opens} onChange={(event) => onChange({ opens: event.target.value })} />
      –
      <Input type="time" required aria-label={t("place.closes")} value={span.closes} onChange={(event) => onChange({ closes: event.target.value })} />
      <Button type="text" size="small" icon={<CloseOutlined />} aria-label={t("place.removeHours")} onClick={onRemove} />
    </span>
  );
}
