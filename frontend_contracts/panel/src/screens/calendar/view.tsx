/** Who is where when: appointments, shifts and leave, by week or by day, as they change. */

import {
  OperatorBookingsDocument,
  OperatorCalendarCouriersDocument,
  OperatorCalendarDocument,
  OperatorCalendarEventsDocument,
  type BookingState,
  type OperatorAbsenceFragment,
  type OperatorBookingFragment,
  type OperatorCalendarCouriersQuery,
} from "@daiqu/client";
import { AddressDrawer, Empty, Failed, Loading, Page, useAddress, useFormat, useLanguage, useMay, useTexts } from "@daiqu/kit";
import { Button, DatePicker, Segmented, Spin } from "antd";
import { ClockCircleOutlined, LeftOutlined, PlusOutlined, RightOutlined, SettingOutlined } from "@ant-design/icons";
import dayjs from "dayjs";
import { useEffect, useMemo, useRef, useState } from "react";
import { Link } from "react-router";
import { useClient, useQuery, useSubscription } from "urql";
import { BookingSheet, BookingTitle } from "./booking";
import { CourierAgenda } from "./courier";
import { Day, Week, type Row } from "./grids";
import { dayAfter, dayName, dayOf, instantOf, mondayOf, weekOf } from "./layout";
import { LeaveQueue } from "./leave";
import { ShiftDialog, ShiftSheet } from "./shift";
import { SlotsDialog } from "./slots";
import { TermsDialog } from "./terms";
import { texts } from "./texts";
import "./calendar.css";

type Booking = OperatorBookingFragment;
type Dialog = "shift" | "slots" | "terms";

interface Range {
  since: string;
  until: string;
}

const SHOWN: BookingState[] = ["HELD", "BOOKED", "DONE"];

export default function CalendarView() {
  const t = useTexts(texts);
  const format = useFormat();
  const language = useLanguage();
  const mayCouriers = useMay("COURIERS_READ");
  const mayManage = useMay("ORDERS_MANAGE");
  const [values, change] = useAddress();
  const [dialog, setDialog] = useState<Dialog | null>(null);
  const today = dayOf(Date.now(), format.zone);
  const day = /^\d{4}-\d\d-\d\d$/.test(values["on"] ?? "") ? (values["on"] as string) : today;
  const byDay = values["by"] === "day";
  const days = byDay ? [day] : weekOf(day);
  const opened = values["open"];

  // Always its whole week: going from day to day within it asks nothing again.
  const monday = mondayOf(day);
  const range = useMemo(
    () => ({
      since: instantOf(monday, "00:00", format.zone),
      until: instantOf(dayAfter(monday, 7), "00:00", format.zone),
    }),
    [monday, format.zone],
  );
  const [result, again] = useQuery({
    query: OperatorCalendarDocument,
    variables: { ...range, couriers: mayCouriers },
    requestPolicy: "cache-and-network",
  });
  const refresh = () => again({ requestPolicy: "network-only" });
  // What another week shares with this one stays; its appointments follow.
  const last = useRef(result.data);
  if (result.data) last.current = result.data;
  const { error } = result;
  const data = result.data ?? last.current;
  const present = result.data;

  const [cursor, setCursor] = useState<string>();
  const liveCursor = data?.liveCursor;
  useEffect(() => setCursor((before) => before ?? liveCursor), [liveCursor]);
  const [heard, setHeard] = useState<ReadonlyMap<string, Booking>>(new Map());
  useSubscription(
    { query: OperatorCalendarEventsDocument, variables: { after: cursor ?? null }, pause: !cursor },
    (_, { calendarEvents }) => {
      const { booking } = calendarEvents;
      if (booking) setHeard((before) => new Map(before).set(booking.id, booking));
      return { calendarEvents } as never;
    },
  );

  const { more, reading } = useMore(present?.bookings.pageInfo, range);
  const bookings = useMemo(() => {
    const read = [...more, ...(present?.bookings.edges.map(({ node }) => node) ?? [])];
    return [...new Map([...read.map((each) => [each.id, each] as const), ...heard]).values()];
  }, [present, more, heard]);
  const shown = useMemo(() => bookings.filter(({ state }) => SHOWN.includes(state)), [bookings]);
  const shifts = useMemo(
    () => present?.shifts.edges.map(({ node }) => node).filter((shift) => !shift.cancelledAt) ?? [],
    [present],
  );
  const asked = useMemo(() => data?.leaveAsked?.edges.map(({ node }) => node) ?? [], [data]);
  const leave = useMemo(() => present?.absences?.edges.map(({ node }) => node) ?? [], [present]);
  const others = useOthers(data?.couriers?.pageInfo);
  const rows = useMemo(
    () => rowsOf([...(data?.couriers?.edges.map(({ node }) => node) ?? []), ...others], shown, leave),
    [data, others, shown, leave],
  );

  if (!data) {
    return <Page title={t("title")}>{error ? <Failed error={error} retry={refresh} /> : <Loading rows={10} />}</Page>;
  }

  const booking = bookings.find(({ id }) => id === opened);
  const shift = present?.shifts.edges.find(({ node }) => node.id === opened)?.node;
  const row = rows.find(({ id }) => id === opened);
  const go = (to: string) => change({ on: to === today ? null : to });
  const step = byDay ? 1 : 7;
  const name = byDay
    ? dayName(day, language, { weekday: "long", year: "numeric", month: "long", day: "numeric" })
    : `${format.day(days[0] ?? day)} – ${format.day(days.at(-1) ?? day)}`;
  const grid = {
    days,
    rows,
    shifts,
    onOpen: (id: string) => change({ open: id }),
    onDay: (to: string) => change({ by: "day", on: to }),
  };

  return (
    <Page
      title={t("title")}
      actions={
        <>
          <Button icon={<ClockCircleOutlined />} onClick={() => setDialog("slots")}>
            {t("slots.find")}
          </Button>
          {mayManage && (
            <>
              <Button icon={<SettingOutlined />} onClick={() => setDialog("terms")}>
                {t("terms.open")}
              </Button>
              <Button type="primary" icon={<PlusOutlined />} onClick={() => setDialog("shift")}>
                {t("shift.open")}
              </Button>
            </>
          )}
        </>
      }
    >
      <LeaveQueue absences={asked} onDecided={refresh} />
      <div className="d-bar">
        <span className="k-row">
          <Button onClick={() => go(today)} disabled={byDay ? day === today : mondayOf(day) === mondayOf(today)}>
            {t("today")}
          </Button>
          <Button icon={<LeftOutlined />} aria-label={t("earlier")} onClick={() => go(dayAfter(day, -step))} />
          <Button icon={<RightOutlined />} aria-label={t("later")} onClick={() => go(dayAfter(day, step))} />
          <DatePicker
            className="d-pick"
            variant="borderless"
            allowClear={false}
            value={dayjs(day)}
            format={() => name}
            inputReadOnly
            suffixIcon={null}
            onChange={(picked: dayjs.Dayjs | null) => picked && go(picked.format("YYYY-MM-DD"))}
          />
          {(reading || !present) && (
            <span className="k-quiet k-row" role="status">
              <Spin size="small" /> {t("reading")}
            </span>
          )}
        </span>
        <Segmented
          value={byDay ? "day" : "week"}
          onChange={(by) => change({ by: by === "day" ? "day" : null })}
          options={(["week", "day"] as const).map((value) => ({ value, label: t(value) }))}
        />
      </div>
      {rows.length === 0 && shifts.length === 0 ? (
        <div className="k-sheet">
          <Empty title={t("empty")} hint={t("emptyHint")} action={<Link to="/couriers">{t("toCouriers")}</Link>} />
        </div>
      ) : byDay ? (
        <Day {...grid} day={day} />
      ) : (
        <Week {...grid} today={today} />
      )}
      <AddressDrawer
        title={
          opened &&
          (booking ? (
            <BookingTitle booking={booking} />
          ) : shift ? (
            t("shift.title")
          ) : (
            (row?.name ?? t("booking.title"))
          ))
        }
      >
        {booking && <BookingSheet key={booking.id} booking={booking} couriers={rows} onChanged={refresh} />}
        {shift && <ShiftSheet key={shift.id} shift={shift} onChanged={refresh} />}
        {row && !booking && !shift && (
          <CourierAgenda key={row.id} courierId={row.id} onChanged={refresh} />
        )}
        {opened && present && !booking && !shift && !row && <Empty title={t("booking.gone")} />}
      </AddressDrawer>
      {dialog === "shift" && (
        <ShiftDialog
          day={day < today ? today : day}
          zones={data.zones}
          onClose={() => setDialog(null)}
          onOpened={refresh}
        />
      )}
      {dialog === "slots" && (
        <SlotsDialog day={day < today ? today : day} onClose={() => setDialog(null)} />
      )}
      {dialog === "terms" && (
        <TermsDialog terms={data.bookingTerms} onClose={() => setDialog(null)} onSaved={refresh} />
      )}
    </Page>
  );
}

/** What a week has beyond its first hundred appointments, page by page. */
function useMore(page: { hasNextPage: boolean; endCursor?: string | null } | undefined, range: Range) {
  const client = useClient();
  const [kept, setKept] = useState<{ of: typeof page; after: string | null; bookings: readonly Booking[] }>();
  const mine = kept?.of === page ? kept : undefined;
  const after = mine ? mine.after : page?.hasNextPage ? (page.endCursor ?? null) : null;
  const { since, until } = range;
  useEffect(() => {
    if (!after) return undefined;
    let gone = false;
    const asked = { states: SHOWN, since, until, first: 100, after };
    void client.query(OperatorBookingsDocument, asked, { requestPolicy: "network-only" }).then((answer) => {
      if (gone) return;
      const next = answer.data?.bookings;
      setKept((before) => ({
        of: page,
        after: next?.pageInfo.hasNextPage ? (next.pageInfo.endCursor ?? null) : null,
        bookings: [
          ...(before && before.of === page ? before.bookings : []),
          ...(next?.edges.map(({ node }) => node) ?? []),
        ],
      }));
    });
    return () => {
      gone = true;
    };
  }, [client, page, after, since, until]);
  return { more: mine?.bookings ?? NONE, reading: Boolean(after) };
}

const NONE: readonly Booking[] = [];

type Courier = NonNullable<OperatorCalendarCouriersQuery["couriers"]>["edges"][number]["node"];

/** The couriers beyond the first hundred, page by page. */
function useOthers(page: { hasNextPage: boolean; endCursor?: string | null } | undefined): readonly Courier[] {
  const client = useClient();
  const [others, setOthers] = useState<readonly Courier[]>([]);
  const after = page?.hasNextPage ? (page.endCursor ?? null) : null;
  useEffect(() => {
    let gone = false;
    const read = async () => {
      const found: Courier[] = [];
      for (let next = after; next && !gone; ) {
        const asked = { after: next };
        const { data } = await client.query(OperatorCalendarCouriersDocument, asked, { requestPolicy: "network-only" });
        found.push(...(data?.couriers.edges.map(({ node }) => node) ?? []));
        next = data?.couriers.pageInfo.hasNextPage ? (data.couriers.pageInfo.endCursor ?? null) : null;
      }
      if (!gone) setOthers(found);
    };
    void read();
    return () => {
      gone = true;
    };
  }, [client, after]);
  return others;
}

/** A row for each courier, those with something to do among them even if they left the list. */
function rowsOf(
  couriers: readonly { id: string; displayName: string; state: string }[],
  bookings: readonly Booking[],
  absences: readonly OperatorAbsenceFragment[],
): Row[] {
  const rows = new Map<string, Row>();
  const row = (id: string, name: string, frozen: boolean) => {
    const known = rows.get(id) ?? { id, name, frozen, bookings: [], leave: [] };
    rows.set(id, known);
    return known;
  };
  for (const { id, displayName, state } of couriers) row(id, displayName, state === "FROZEN");
  for (const booking of bookings) row(booking.courier.courierId, booking.courier.displayName, false).bookings.push(booking);
  for (const absence of absences) row(absence.courier.courierId, absence.courier.displayName, false).leave.push(absence);
  return [...rows.values()];
}

