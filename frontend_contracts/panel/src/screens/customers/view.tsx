/** Customers, as far as the API tells of them: by their latest orders, and by membership. */

import { OperatorCustomersDocument, OperatorMembershipSetDocument, OperatorPersonalDataDocument, type OperatorCustomersQuery } from "@daiqu/client";
import {
  AddressDrawer,
  Empty,
  Failed,
  faultOf,
  kitTexts,
  Loading,
  Opener,
  Page,
  SaveForm,
  Sheet,
  StateTag,
  useAct,
  useAddress,
  useFormat,
  useMay,
  useTell,
  useTexts,
} from "@daiqu/kit";
import { Button, Form, Input, Table } from "antd";
import { useMemo, useState } from "react";
import { Link } from "react-router";
import { useClient, useQuery } from "urql";
import { instantOf, dayAfter, dayOf } from "../calendar/layout";
import { ORDER_MOODS, orderWords } from "../orders/words";
import { customersOf, type Customer } from "./people";
import { texts } from "./texts";
import "./customers.css";

type Order = OperatorCustomersQuery["orders"]["edges"][number]["node"];
type Member = NonNullable<OperatorCustomersQuery["memberships"]>["edges"][number]["node"];
type Row = Customer<Order, Member>;

const PAGE = 25;

export default function CustomersView() {
  const t = useTexts(texts);
  const words = useTexts(orderWords);
  const kit = useTexts(kitTexts);
  const format = useFormat();
  const tell = useTell();
  const client = useClient();
  const mayRead = useMay("PERSONAL_DATA_READ");
  const mayMembers = useMay("PRICES_MANAGE");
  const [values, change] = useAddress();
  const [names, setNames] = useState<ReadonlyMap<string, string>>(new Map());
  const [{ data, error }, again] = useQuery({ query: OperatorCustomersDocument, variables: { members: mayMembers }, requestPolicy: "cache-and-network" });
  const refresh = () => again({ requestPolicy: "network-only" });
  const rows = useMemo(
    () => (data ? customersOf(data.orders.edges.map(({ node }) => node), data.memberships?.edges.map(({ node }) => node) ?? []) : []),
    [data],
  );
  const opened = rows.find(({ id }) => id === values["open"]);

  async function reveal(personId: string) {
    const answer = await client.query(OperatorPersonalDataDocument, { personId, reason: "ORDER" }, { requestPolicy: "network-only" });
    if (!answer.data) return answer.error && tell.bad(faultOf(answer.error, kit));
    const { name, phone } = answer.data.personalData;
    setNames((before) => new Map(before).set(personId, [name, phone].filter(Boolean).join(" · ") || t("noName")));
  }

  const name = (row: Row) => names.get(row.id) ?? `${t("customer")} ${row.id.replace(/=+$/, "").slice(-6)}`;
  const member = ({ membership }: Row) =>
    membership ? (
      <span className="k-nowrap">
        {membership.level}
        {membership.validUntil && <span className="k-quiet"> · {t("untilDay", { day: format.day(lastDay(membership.validUntil, format.zone)) })}</span>}
      </span>
    ) : (
      <span className="k-quiet">—</span>
    );
  const revealer = (row: Row) =>
    mayRead &&
    !names.has(row.id) && (
      <Button size="small" title={t("revealHint")} onClick={() => void reveal(row.id)}>
        {t("reveal")}
      </Button>
    );

  return (
    <Page title={t("title")} hint={t("hint")}>
      <Sheet flush>
        {!data && (error ? <Failed error={error} retry={refresh} /> : <Loading rows={10} />)}
        {data && rows.length === 0 && <Empty title={t("empty")} hint={t("emptyHint")} />}
        {rows.length > 0 && (
          <div className="k-list k-list-opens">
            <Table<Row>
              size="middle"
              rowKey="id"
              dataSource={rows}
              scroll={{ x: "max-content" }}
              pagination={{
                pageSize: PAGE,
                hideOnSinglePage: true,
                current: Number(values["page"]) || 1,
                onChange: (page) => change({ page: page > 1 ? String(page) : null }),
              }}
              onRow={(row) => ({
                onClick(event) {
                  if (!(event.target as Element).closest("a, button")) change({ open: row.id });
                },
              })}
              columns={[
                { key: "customer", title: t("customer"), render: (_, row) => <Opener id={row.id}>{name(row)}</Opener> },
                { key: "reveal", title: <span className="k-hidden">{t("reveal")}</span>, width: 130, render: (_, row) => revealer(row) },
                {
                  key: "last",
                  title: t("lastOrder"),
                  render: (_, { orders: [last] }) =>
                    last ? (
                      <span className="k-row k-nowrap">
                        <Link to={`/orders?open=${encodeURIComponent(last.id)}`}>{last.number}</Link>
                        <StateTag mood={ORDER_MOODS[last.state]}>{words(`state.${last.state}`)}</StateTag>
                      </span>
                    ) : (
                      <span className="k-quiet">—</span>
                    ),
                },
                { key: "when", title: t("when"), render: (_, { orders: [last] }) => last && <span className="k-nowrap">{format.moment(last.placedAt)}</span> },
                { key: "orders", title: t("orders"), align: "right", render: (_, row) => <span className="k-num">{format.number(row.orders.length)}</span> },
                ...(mayMembers ? [{ key: "member", title: t("member"), render: (_: unknown, row: Row) => member(row) }] : []),
              ]}
            />
          </div>
        )}
      </Sheet>
      <AddressDrawer title={opened ? name(opened) : t("title")} extra={opened && revealer(opened)}>
        {opened && <CustomerSheet key={opened.id} row={opened} editable={mayMembers} onSaved={refresh} />}
        {values["open"] && data && !opened && <Empty title={t("gone")} />}
      </AddressDrawer>
    </Page>
  );
}

/** The last day on which it holds: one that ends at midnight ended the day before. */
const lastDay = (until: string, zone: string) => dayOf(Date.parse(until) - 1, zone);

function CustomerSheet({ row, editable, onSaved }: { row: Row; editable: boolean; onSaved: () => void }) {
  const t = useTexts(texts);
  const words = useTexts(orderWords);
  const format = useFormat();
  const [set] = useAct(OperatorMembershipSetDocument);
  const until = row.membership?.validUntil;
  return (
    <>
      <h3>{t("recent")}</h3>
      {row.orders.length === 0 && <p className="k-quiet">{t("none")}</p>}
      <ul className="m-orders">
        {row.orders.map((order) => (
          <li key={order.id}>
            <Link to={`/orders?open=${encodeURIComponent(order.id)}`}>{order.number}</Link>
            <span className="k-clip">{order.serviceName}</span>
            <span className="k-quiet k-nowrap">{format.moment(order.placedAt)}</span>
            <span className="k-num">{order.total.formatted}</span>
            <StateTag mood={ORDER_MOODS[order.state]}>{words(`state.${order.state}`)}</StateTag>
          </li>
        ))}
      </ul>
      {editable && (
        <section className="m-part">
          <h3>{t("member")}</h3>
          <SaveForm
            key={`${row.membership?.level ?? ""}${until ?? ""}`}
            initial={{ level: row.membership?.level ?? "", validUntil: until ? lastDay(until, format.zone) : "" }}
            saveLabel={t("set")}
            savedText={t("saved")}
            save={({ level, validUntil }) =>
              set(
                {
                  input: {
                    customerId: row.id,
                    level: level.trim() || null,
                    // To the end of that day.
                    validUntil: level.trim() && validUntil ? instantOf(dayAfter(validUntil, 1), "00:00", format.zone) : null,
                  },
                },
                { quiet: true },
              )
            }
            onSaved={onSaved}
          >
            <div className="m-pair">
              <Form.Item name="level" label={t("level")} extra={t("levelHint")}>
                <Input maxLength={40} />
              </Form.Item>
              <Form.Item name="validUntil" label={t("validUntil")} extra={t("validHint")}>
                <Input type="date" />
              </Form.Item>
            </div>
          </SaveForm>
        </section>
      )}
    </>
  );
}
