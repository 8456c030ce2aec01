/** The two grids: a week of days, a day of hours; couriers are their rows. */

import type { OperatorAbsenceFragment, OperatorBookingFragment, OperatorShiftFragment } from "@daiqu/client";
import { useFormat, useLanguage, useTexts } from "@daiqu/kit";
import { Fragment, useEffect, useState, type ReactNode } from "react";
import { dayName, dayOf, hoursShown, minutesOf, minutesOn, placed } from "./layout";
import { BOOKING_MOODS, texts } from "./texts";

type Booking = OperatorBookingFragment;
type Absence = OperatorAbsenceFragment;
type Shift = OperatorShiftFragment;

export interface Row {
  id: string;
  name: string;
  frozen: boolean;
  bookings: Booking[];
  leave: Absence[];
}

interface GridProps {
  days: readonly string[];
  rows: readonly Row[];
  shifts: readonly Shift[];
  onOpen: (id: string) => void;
  onDay: (day: string) => void;
}

/** So many in a cell of the week; the rest is for the day's own grid. */
const CELL = 4;

export function Week({ days, rows, shifts, onOpen, onDay, today }: GridProps & { today: string }) {
  const t = useTexts(texts);
  const { zone } = useFormat();
  const language = useLanguage();

  const cell = (day: string, bookings: readonly Booking[], leave: readonly Absence[]) => {
    const { on } = placed(bookings, day, zone);
    const away = leave.filter((absence) => absence.state === "APPROVED" && minutesOn(day, absence, zone));
    return (
      <td key={day} className={cellClass(day, today, away.length > 0)}>
        {away.length > 0 && <span className="d-away">{t("leave")}</span>}
        {on.slice(0, CELL).map(({ block }) => (
          <BookingChip key={block.id} booking={block} onOpen={onOpen} />
        ))}
        {on.length > CELL && (
          <button type="button" className="d-more" onClick={() => onDay(day)}>
            {t("more", { count: on.length - CELL })}
          </button>
        )}
      </td>
    );
  };

  return (
    <div className="d-frame">
      <table className="d-week">
        <thead>
          <tr>
            <th scope="col">{t("courier")}</th>
            {days.map((day) => (
              <th key={day} scope="col" className={day === today ? "d-today" : ""}>
                <button type="button" className="d-day" onClick={() => onDay(day)}>
                  {dayName(day, language, { weekday: "short" })} {Number(day.slice(8))}
                </button>
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {days.some((day) => placed(shifts, day, zone).on.length > 0) && (
            <tr className="d-shifts">
              <th scope="row">{t("shifts")}</th>
              {days.map((day) => (
                <td key={day} className={cellClass(day, today, false)}>
                  {placed(shifts, day, zone).on.map(({ block }) => (
                    <ShiftChip key={block.id} shift={block} onOpen={onOpen} />
                  ))}
                </td>
              ))}
            </tr>
          )}
          {rows.map((row) => (
            <tr key={row.id}>
              <th scope="row">
                <CourierName row={row} onOpen={onOpen} />
              </th>
              {days.map((day) => cell(day, row.bookings, row.leave))}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

const cellClass = (day: string, today: string, away: boolean) =>
  `${day === today ? "d-today" : ""} ${day < today ? "d-past" : ""} ${away ? "d-off" : ""}`;

function CourierName({ row, onOpen }: { row: Row; onOpen: (id: string) => void }) {
  const t = useTexts(texts);
  return (
    <>
      <button type="button" className="k-opener" onClick={() => onOpen(row.id)}>
        {row.name}
      </button>
      {row.frozen && <span className="k-quiet d-note">{t("frozen")}</span>}
    </>
  );
}

function BookingChip({ booking, onOpen }: { booking: Booking; onOpen: (id: string) => void }) {
  const t = useTexts(texts);
  const format = useFormat();
  const asked = booking.reschedules.some(({ state }) => state === "ASKED");
  return (
    <button
      type="button"
      className={`d-chip d-${BOOKING_MOODS[booking.state]} ${asked ? "d-asked" : ""}`}
      title={`${format.time(booking.startsAt)}–${format.time(booking.endsAt)} ${booking.serviceName} · ${t(`state.${booking.state}`)}`}
      onClick={() => onOpen(booking.id)}
    >
      <span className="d-time">{format.time(booking.startsAt)}</span> {booking.serviceName}
      <span className="k-hidden">{t(`state.${booking.state}`)}</span>
    </button>
  );
}

function ShiftChip({ shift, onOpen }: { shift: Shift; onOpen: (id: string) => void }) {
  const t = useTexts(texts);
  const format = useFormat();
  const zone = shift.zoneName ?? t("shift.anywhere");
  return (
    <button
      type="button"
      className="d-chip d-shift"
      title={`${format.time(shift.startsAt)}–${format.time(shift.endsAt)} ${zone}`}
      onClick={() => onOpen(shift.id)}
    >
      <span className="d-time">
        {format.time(shift.startsAt)}–{format.time(shift.endsAt)}
      </span>{" "}
      {shift.confirmedCount}/{shift.seats}
      {shift.waitingCount > 0 && <span className="k-quiet"> · {t("shift.waiting", { count: shift.waitingCount })}</span>}
    </button>
  );
}

const LANE_PX = 30;

/** A day by its hours, what overlaps in lanes of its own. */
export function Day({ day, rows, shifts, onOpen }: GridProps & { day: string }) {
  const t = useTexts(texts);
  const format = useFormat();
  const { zone } = format;
  const laid = rows.map((row) => ({
    row,
    ...placed(row.bookings, day, zone),
    away: placed(row.leave.filter(({ state }) => state === "APPROVED"), day, zone).on,
  }));
  const work = placed(shifts, day, zone);
  const [first, last] = hoursShown([...work.on, ...laid.flatMap(({ on }) => on)]);
  const hours = Array.from({ length: last - first }, (_, at) => first + at);
  const across = (minutes: number) => `${((minutes / 60 - first) / (last - first)) * 100}%`;
  const box = (from: number, to: number) => {
    const [start, end] = [Math.max(from, first * 60), Math.min(to, last * 60)];
    return { left: across(start), width: `${((end - start) / 60 / (last - first)) * 100}%` };
  };

  const line = (key: string, head: ReactNode, lanes: number, children: ReactNode) => (
    <Fragment key={key}>
      <div className="d-head">{head}</div>
      <div className="d-line" style={{ height: lanes * LANE_PX + 10, backgroundSize: `${100 / hours.length}% 100%` }}>
        {children}
        <Now day={day} zone={zone} across={across} span={[first * 60, last * 60]} />
      </div>
    </Fragment>
  );

  return (
    <div className="d-frame">
      <div className="d-hours">
        <div className="d-head k-quiet">{t("courier")}</div>
        <div className="d-scale" aria-hidden="true">
          {hours.map((hour) => (
            <span key={hour}>{String(hour).padStart(2, "0")}:00</span>
          ))}
        </div>
        {work.on.length > 0 &&
          line(
            "shifts",
            <span className="k-strong">{t("shifts")}</span>,
            work.lanes,
            work.on.map(({ block, from, to, lane }) => (
              <div key={block.id} className="d-block" style={{ ...box(from, to), top: 5 + lane * LANE_PX }}>
                <ShiftChip shift={block} onOpen={onOpen} />
              </div>
            )),
          )}
        {laid.map(({ row, lanes, on, away }) =>
          line(
            row.id,
            <CourierName row={row} onOpen={onOpen} />,
            lanes,
            <>
              {away.map(({ block, from, to }) => (
                <div key={block.id} className="d-leave" style={box(from, to)}>
                  {t("leave")}
                </div>
              ))}
              {on.map(({ block, from, to, lane }) => (
                <div key={block.id} className="d-block" style={{ ...box(from, to), top: 5 + lane * LANE_PX }}>
                  <BookingChip booking={block} onOpen={onOpen} />
                </div>
              ))}
            </>,
          ),
        )}
      </div>
    </div>
  );
}

const MINUTE_MS = 60_000;

function Now(props: { day: string; zone: string; across: (minutes: number) => string; span: [number, number] }) {
  const { day, zone, across, span } = props;
  const [now, setNow] = useState(Date.now);
  useEffect(() => {
    const timer = setInterval(() => setNow(Date.now()), MINUTE_MS);
    return () => clearInterval(timer);
  }, []);
  const minutes = minutesOf(now, zone);
  if (dayOf(now, zone) !== day || minutes < span[0] || minutes > span[1]) return null;
  return <span className="d-now" style={{ left: across(minutes) }} aria-hidden="true" />;
}
