/** The hours of the week in which people order: the darker, the more. */

import type { OperatorReportQuery, Weekday } from "@daiqu/client";
import { useLanguage, useTexts } from "@daiqu/kit";
import { texts } from "./texts";

const WEEK: readonly Weekday[] = ["MONDAY", "TUESDAY", "WEDNESDAY", "THURSDAY", "FRIDAY", "SATURDAY", "SUNDAY"];
const HOURS = Array.from({ length: 24 }, (_, hour) => hour);
/** A Monday. */
const MONDAY = Date.UTC(2024, 0, 1, 12);
const DAY_MS = 86_400_000;
/** How much of the colour the busiest hour has: words on it stay readable. */
const FULL = 46;

export const clock = (hour: number) => `${String(hour).padStart(2, "0")}:00`;

export function Demand({ rows }: { rows: OperatorReportQuery["report"]["demand"] }) {
  const t = useTexts(texts);
  const language = useLanguage();
  const placed = new Map(rows.map((row) => [`${row.weekday} ${row.hour}`, row.placed]));
  const most = Math.max(...rows.map((row) => row.placed), 0);
  const name = (number: number, weekday: "short" | "long") =>
    new Intl.DateTimeFormat(language, { weekday, timeZone: "UTC" }).format(MONDAY + number * DAY_MS);
  return (
    // A wide table scrolls, and the keyboard has to be able to.
    <div className="r-heat-scroll" tabIndex={0} role="region" aria-label={t("demand")}>
      <table className="r-heat">
        <caption className="k-hidden">{t("demandHint")}</caption>
        <thead>
          <tr>
            <td />
            {HOURS.map((hour) => (
              <th key={hour} scope="col" aria-label={clock(hour)}>
                {hour}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {WEEK.map((weekday, number) => (
            <tr key={weekday}>
              <th scope="row">{name(number, "short")}</th>
              {HOURS.map((hour) => {
                const count = placed.get(`${weekday} ${hour}`) ?? 0;
                return (
                  <td
                    key={hour}
                    title={t("cell", { day: name(number, "long"), hour: clock(hour), count })}
                    style={count ? { backgroundColor: `color-mix(in srgb, var(--ant-color-primary) ${Math.round((count / most) * FULL) + 6}%, transparent)` } : undefined}
                  >
                    {count || <span className="k-hidden">0</span>}
                  </td>
                );
              })}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
