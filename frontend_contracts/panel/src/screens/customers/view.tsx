/** Everybody who may order. Who they are is masked; the whole is shown on request, and recorded. */

import { OperatorCustomersDocument, type CustomerSort, type OperatorCustomerRowFragment } from "@daiqu/client";
import { AddressDrawer, CopyLine, List, Opener, Page, useAddress, useFormat, useMay, useTexts, type Column } from "@daiqu/kit";
import { useState } from "react";
import { CustomerSheet, CustomerTitle } from "./sheet";
import { texts } from "./texts";
import { lastDay } from "./until";
import "./customers.css";

type Row = OperatorCustomerRowFragment;

const SORTS: Readonly<Record<string, CustomerSort>> = {
  last: "LAST_ORDER_UP",
  "-last": "LAST_ORDER_DOWN",
  spent: "SPENT_UP",
  "-spent": "SPENT_DOWN",
  joined: "JOINED_UP",
  "-joined": "JOINED_DOWN",
};

export default function CustomersView() {
  const t = useTexts(texts);
  const format = useFormat();
  const mayMembers = useMay("PRICES_MANAGE");
  const [values] = useAddress();
  const [version, setVersion] = useState(0);

  const columns: Column<Row>[] = [
    {
      key: "customer",
      title: t("customer"),
      render: (row) => <Opener id={row.id}>{row.maskedName || t("nameless")}</Opener>,
    },
    { key: "phone", title: t("phone"), render: (row) => <span className="k-num k-nowrap">{row.maskedPhone}</span> },
    {
      key: "orders",
      title: t("orders"),
      align: "right",
      render: (row) => <span className="k-num">{format.number(row.ordersCount)}</span>,
    },
    {
      key: "spent",
      title: t("spent"),
      align: "right",
      sorts: true,
      render: (row) => <span className="k-num k-nowrap">{row.spent.formatted}</span>,
    },
    {
      key: "last",
      title: t("lastOrder"),
      align: "right",
      sorts: true,
      render: (row) =>
        row.lastOrderAt ? (
          <time className="k-nowrap" dateTime={row.lastOrderAt}>
            {format.moment(row.lastOrderAt)}
          </time>
        ) : (
          <span className="k-quiet">{t("never")}</span>
        ),
    },
    {
      key: "joined",
      title: t("joined"),
      align: "right",
      from: "lg",
      sorts: true,
      render: (row) => (
        <time className="k-nowrap" dateTime={row.joinedAt}>
          {format.moment(row.joinedAt)}
        </time>
      ),
    },
  ];
  if (mayMembers) {
    columns.push({
      key: "member",
      title: t("member"),
      from: "md",
      render: ({ membership }) =>
        membership ? (
          <span className="k-nowrap">
            {membership.level}
            {membership.validUntil && (
              <span className="k-quiet">
                {" · "}
                {t("untilDay", { day: format.day(lastDay(membership.validUntil, format.zone)) })}
              </span>
            )}
          </span>
        ) : (
          <span className="k-quiet">—</span>
        ),
    });
  }

  const open = values["open"];
  return (
    <Page title={t("title")} hint={t("hint")}>
      <List
        name="customers"
        document={OperatorCustomersDocument}
        variables={(what) => ({ phone: what["phone"] ?? "", sort: SORTS[what["sort"] ?? ""] ?? "LAST_ORDER_DOWN" })}
        connection={(data) => data.customers}
        columns={columns}
        filters={[{ kind: "search", key: "phone", label: t("byPhone") }]}
        opens
        version={version}
        empty={{ title: t("empty"), hint: t("emptyHint"), action: <CopyLine label={t("address")} value={location.origin} /> }}
      />
      <AddressDrawer title={open && <CustomerTitle id={open} />}>
        {open && <CustomerSheet key={open} id={open} onSaved={() => setVersion((number) => number + 1)} />}
      </AddressDrawer>
    </Page>
  );
}
