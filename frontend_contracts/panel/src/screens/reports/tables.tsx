/** What a period comes to by service, by zone, by courier, and step by step. */

import type { OperatorReportPeriodFragment, OperatorReportQuery } from "@daiqu/client";
import { useFormat, useMay, useTexts } from "@daiqu/kit";
import { Table, type TableColumnsType } from "antd";
import type { ReactNode } from "react";
import { Link } from "react-router";
import { texts } from "./texts";

type Report = OperatorReportQuery["report"];
type Courier = Report["couriers"][number];
type Money = { amount: number; formatted: string };
type Numbers = { key: string; placed: number; completed: number; cancelled: number; turnover: Money; average?: { formatted: string } | null };

const ROWS = 8;

/** A figure with its share of the greatest as a bar below. */
function Barred({ value, most, children }: { value: number; most: number; children: ReactNode }) {
  return (
    <span className="r-barred">
      {children}
      <span className="r-bar" aria-hidden="true">
        <span style={{ width: `${most ? Math.max((value / most) * 100, value ? 1 : 0) : 0}%` }} />
      </span>
    </span>
  );
}

const paged = (rows: readonly unknown[]) => (rows.length > ROWS ? { pageSize: ROWS, showSizeChanger: false, size: "small" as const } : false);

function useNumbers<Row extends Numbers>(rows: readonly Row[], brief = false): TableColumnsType<Row> {
  const t = useTexts(texts);
  const format = useFormat();
  const most = Math.max(...rows.map(({ turnover }) => turnover.amount), 0);
  const count = (key: "placed" | "completed" | "cancelled", title: string): TableColumnsType<Row>[number] => ({
    key,
    title,
    align: "right",
    sorter: (one, other) => one[key] - other[key],
    sortDirections: ["descend", "ascend"],
    render: (_, row) => format.number(row[key]),
  });
  return [
    count("placed", t("orders")),
    count("completed", t("completed")),
    ...(brief ? [] : [count("cancelled", t("cancelled"))]),
    {
      key: "turnover",
      title: t("turnover"),
      align: "right",
      width: 128,
      sorter: (one, other) => one.turnover.amount - other.turnover.amount,
      sortDirections: ["descend", "ascend"],
      render: (_, { turnover }) => (
        <Barred value={turnover.amount} most={most}>
          {turnover.formatted}
        </Barred>
      ),
    },
  ];
}

export function Services({ rows }: { rows: Report["services"] }) {
  const t = useTexts(texts);
  const edits = useMay("CATALOG_MANAGE");
  const data = rows.map((row) => ({ ...row, key: row.serviceId }));
  const numbers = useNumbers(data);
  return (
    <Table
      size="small"
      showSorterTooltip={false}
      scroll={{ x: "max-content" }}
      dataSource={data}
      pagination={paged(rows)}
      columns={[
        {
          key: "name",
          title: t("service"),
          render: (_, { serviceId, name }) =>
            edits ? <Link to={`/catalogue/service?id=${encodeURIComponent(serviceId)}`}>{name}</Link> : name,
        },
        ...numbers,
      ]}
    />
  );
}

export function Zones({ rows }: { rows: Report["zones"] }) {
  const t = useTexts(texts);
  const data = rows.map((row) => ({ ...row, key: row.zoneId ?? "" }));
  const numbers = useNumbers(data, true);
  return (
    <Table
      size="small"
      showSorterTooltip={false}
      scroll={{ x: "max-content" }}
      dataSource={data}
      pagination={paged(rows)}
      columns={[
        { key: "name", title: t("zone"), render: (_, { zoneId, name }) => name ?? t(zoneId ? "goneZone" : "noZone") },
        ...numbers,
      ]}
    />
  );
}

export function Couriers({ rows }: { rows: Report["couriers"] }) {
  const t = useTexts(texts);
  const format = useFormat();
  const reads = useMay("COURIERS_READ");
  const most = Math.max(...rows.map(({ completed }) => completed), 0);
  const share = (bps: number | null | undefined) => (bps == null ? t("none") : format.percent(bps / 10_000));
  const by = (pick: (row: Courier) => number | null | undefined) => ({
    align: "right" as const,
    sorter: (one: Courier, other: Courier) => (pick(one) ?? -1) - (pick(other) ?? -1),
    sortDirections: ["descend" as const, "ascend" as const],
  });
  const columns: TableColumnsType<Courier> = [
    {
      key: "name",
      title: t("courier"),
      render: (_, { courierId, displayName }) =>
        reads ? <Link to={`/couriers?open=${encodeURIComponent(courierId)}`}>{displayName}</Link> : displayName,
    },
    {
      key: "completed",
      title: t("completed"),
      width: 130,
      ...by(({ completed }) => completed),
      render: (_, { completed }) => (
        <Barred value={completed} most={most}>
          {format.number(completed)}
        </Barred>
      ),
    },
    {
      key: "accepted",
      title: t("accepted"),
      ...by(({ acceptedBps }) => acceptedBps),
      render: (_, { acceptedBps, answered }) => <span title={t("acceptedHint", { count: answered })}>{share(acceptedBps)}</span>,
    },
    { key: "givenBack", title: t("givenBack"), ...by(({ givenBack }) => givenBack), render: (_, { givenBack }) => format.number(givenBack) },
    { key: "onTime", title: t("onTime"), ...by(({ onTimeBps }) => onTimeBps), render: (_, { onTimeBps }) => share(onTimeBps) },
    {
      key: "toDoor",
      title: t("toDoor"),
      ...by(({ minutesToDelivery }) => minutesToDelivery),
      render: (_, { minutesToDelivery: minutes }) => (minutes == null ? t("none") : t("minutesShort", { number: format.number(minutes) })),
    },
    {
      key: "rating",
      title: t("rating"),
      ...by(({ rating }) => rating),
      render: (_, { rating, ratingCount }) => (
        <span title={t("notes.rating", { count: ratingCount })}>{rating == null ? t("none") : rating.toFixed(2)}</span>
      ),
    },
    {
      key: "duty",
      title: t("duty"),
      ...by(({ dutyMinutes }) => dutyMinutes),
      render: (_, { dutyMinutes }) => t("dutyHours", { number: format.number(Math.round(dutyMinutes / 6) / 10) }),
    },
    { key: "turnover", title: t("turnover"), ...by(({ turnover }) => turnover.amount), render: (_, { turnover }) => turnover.formatted },
    { key: "earned", title: t("earned"), ...by(({ turnover }) => turnover.amount), render: (_, { earned }) => earned.formatted },
  ];
  return (
    <Table
      size="small"
      rowKey="courierId"
      showSorterTooltip={false}
      scroll={{ x: "max-content" }}
      dataSource={[...rows]}
      pagination={paged(rows)}
      columns={columns}
    />
  );
}

/** The chart's figures for those who would rather read them. */
export function Steps({ rows }: { rows: OperatorReportPeriodFragment["series"] }) {
  const t = useTexts(texts);
  const format = useFormat();
  const data = rows.map((row) => ({ ...row, key: row.startsOn })).toReversed();
  const numbers = useNumbers(data);
  const divided = rows.some(({ startsOn, endsOn }) => startsOn !== endsOn);
  return (
    <Table
      size="small"
      showSorterTooltip={false}
      scroll={{ x: "max-content" }}
      dataSource={data}
      pagination={paged(rows)}
      columns={[
        { key: "from", title: t("from"), render: (_, { startsOn }) => format.day(startsOn) },
        ...(divided ? [{ key: "to", title: t("to"), render: (_: unknown, { endsOn }: { endsOn: string }) => format.day(endsOn) }] : []),
        ...numbers,
      ]}
    />
  );
}
