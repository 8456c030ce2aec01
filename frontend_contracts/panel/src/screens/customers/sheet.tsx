/** One customer: what they ordered, their membership and, on request, who they are. */

import {
  OperatorCustomerDataDocument,
  OperatorCustomerDocument,
  OperatorCustomerOrdersDocument,
  OperatorMembershipSetDocument,
  type OperatorCustomerDataQuery,
  type OperatorCustomerOrdersQuery,
  type OperatorCustomerRowFragment,
} from "@daiqu/client";
import {
  Empty,
  Facts,
  Failed,
  faultOf,
  kitTexts,
  Loading,
  SaveForm,
  StateTag,
  useAct,
  useFormat,
  useMay,
  useTell,
  useTexts,
} from "@daiqu/kit";
import { Button, Form, Input } from "antd";
import { useState } from "react";
import { Link } from "react-router";
import { useClient, useQuery } from "urql";
import { dayAfter, instantOf } from "../calendar/layout";
import { ORDER_MOODS, orderWords } from "../orders/words";
import { texts } from "./texts";
import { lastDay } from "./until";

type Customer = OperatorCustomerRowFragment;
type Person = OperatorCustomerDataQuery["personalData"];
type Orders = OperatorCustomerOrdersQuery["orders"];

const useCustomer = (id: string) => useQuery({ query: OperatorCustomerDocument, variables: { id } });

export function CustomerTitle({ id }: { id: string }) {
  const t = useTexts(texts);
  const [{ data }] = useCustomer(id);
  return <>{data?.customer ? data.customer.maskedName || t("nameless") : t("title")}</>;
}

export function CustomerSheet({ id, onSaved }: { id: string; onSaved: () => void }) {
  const t = useTexts(texts);
  const mayMembers = useMay("PRICES_MANAGE");
  const [{ data, error }, again] = useCustomer(id);
  const retry = () => again({ requestPolicy: "network-only" });
  if (!data) return error ? <Failed error={error} retry={retry} /> : <Loading />;
  const { customer } = data;
  if (!customer) return <Empty title={t("gone")} />;
  return (
    <>
      <Who customer={customer} />
      <OrdersOf personId={customer.personId} />
      {mayMembers && (
        <Membership
          customer={customer}
          onSaved={() => {
            retry();
            onSaved();
          }}
        />
      )}
    </>
  );
}

/** Figures for everybody here; name, phone and addresses for whoever asks for them by right. */
function Who({ customer }: { customer: Customer }) {
  const t = useTexts(texts);
  const kit = useTexts(kitTexts);
  const format = useFormat();
  const tell = useTell();
  const client = useClient();
  const mayRead = useMay("PERSONAL_DATA_READ");
  const [person, setPerson] = useState<Person | null>(null);
  const [reading, setReading] = useState(false);

  async function reveal() {
    setReading(true);
    const answer = await client.query(
      OperatorCustomerDataDocument,
      { personId: customer.personId, reason: "ORDER" },
      { requestPolicy: "network-only" },
    );
    setReading(false);
    if (answer.data) setPerson(answer.data.personalData);
    else if (answer.error) tell.bad(faultOf(answer.error, kit));
  }

  return (
    <>
      <Facts
        items={[
          [t("name"), person ? person.name || t("nameless") : customer.maskedName || t("nameless")],
          [t("phone"), person?.phone ?? customer.maskedPhone],
          person?.email != null && [t("email"), person.email],
          [t("orders"), format.number(customer.ordersCount)],
          [t("spent"), customer.spent.formatted],
          [t("joined"), format.instant(customer.joinedAt)],
        ]}
      />
      {mayRead && !person && (
        <Button size="small" className="k-gap-above" title={t("revealHint")} loading={reading} onClick={() => void reveal()}>
          {t("reveal")}
        </Button>
      )}
      {person && (
        <section className="m-part">
          <h3>{t("addresses")}</h3>
          {person.addresses.length === 0 && <p className="k-quiet">{t("noAddresses")}</p>}
          <ul className="m-addresses">
            {person.addresses.map((address, index) => (
              <li key={index}>
                {[address.text, address.door].filter(Boolean).join(", ")}
                <span className="k-quiet">{[address.contactName, address.phone].filter(Boolean).join(" · ")}</span>
              </li>
            ))}
          </ul>
        </section>
      )}
    </>
  );
}

function OrdersOf({ personId }: { personId: string }) {
  const t = useTexts(texts);
  const words = useTexts(orderWords);
  const format = useFormat();
  const client = useClient();
  const [{ data, error }, again] = useQuery({ query: OperatorCustomerOrdersDocument, variables: { personId } });
  const [older, setOlder] = useState<readonly Orders[]>([]);
  const [reading, setReading] = useState(false);
  if (!data) {
    return error ? <Failed error={error} retry={() => again({ requestPolicy: "network-only" })} /> : <Loading rows={4} />;
  }
  const pages = [data.orders, ...older];
  const { pageInfo } = pages.at(-1) ?? data.orders;
  const rows = pages.flatMap(({ edges }) => edges.map(({ node }) => node));

  async function more() {
    setReading(true);
    const after = pageInfo.endCursor ?? null;
    const answer = await client.query(OperatorCustomerOrdersDocument, { personId, after });
    setReading(false);
    const next = answer.data?.orders;
    if (next) setOlder((before) => [...before, next]);
  }

  return (
    <section className="m-part">
      <h3>{t("recent", { number: data.orders.totalCount ?? 0 })}</h3>
      {rows.length === 0 && <p className="k-quiet">{t("none")}</p>}
      <ul className="m-orders">
        {rows.map((order) => (
          <li key={order.id}>
            <Link to={`/orders?open=${encodeURIComponent(order.id)}`}>{order.number}</Link>
            <span className="k-clip">{order.serviceName}</span>
            <span className="k-quiet k-nowrap">{format.moment(order.placedAt)}</span>
            <span className="k-num">{order.total.formatted}</span>
            <StateTag mood={ORDER_MOODS[order.state]}>{words(`state.${order.state}`)}</StateTag>
          </li>
        ))}
      </ul>
      {pageInfo.hasNextPage && (
        <Button size="small" className="k-gap-above" loading={reading} onClick={() => void more()}>
          {t("more")}
        </Button>
      )}
    </section>
  );
}

function Membership({ customer, onSaved }: { customer: Customer; onSaved: () => void }) {
  const t = useTexts(texts);
  const format = useFormat();
  const [set] = useAct(OperatorMembershipSetDocument);
  const { membership } = customer;
  const until = membership?.validUntil;
  return (
    <section className="m-part">
      <h3>{t("member")}</h3>
      <SaveForm
        key={`${membership?.level ?? ""}${until ?? ""}`}
        initial={{ level: membership?.level ?? "", validUntil: until ? lastDay(until, format.zone) : "" }}
        saveLabel={t("set")}
        savedText={t("saved")}
        save={({ level, validUntil }) =>
          set(
            {
              input: {
                customerId: customer.personId,
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
  );
}
