/** Who did what in the back office, the newest first; nothing here can be changed. */

import { OperatorAuditDocument, type OperatorAuditQuery } from "@daiqu/client";
import { AddressDrawer, Empty, Facts, List, Opener, Page, StateTag, useAddress, useFormat, useLanguage, useMay, useTexts, type Column } from "@daiqu/kit";
import { useCallback, useState } from "react";
import { factsOf, partsOf, rowIdOf } from "./action";
import { DEEDS, texts, THINGS } from "./texts";
import "./audit.css";

type Entry = OperatorAuditQuery["auditEntries"]["edges"][number]["node"] & { id: string };

const rowsOf = ({ auditEntries }: OperatorAuditQuery) => ({
  ...auditEntries,
  edges: auditEntries.edges.map(({ node }) => ({ node: { ...node, id: String(node.seq) } })),
});

export default function AuditView() {
  const t = useTexts(texts);
  const format = useFormat();
  const language = useLanguage();
  const [values] = useAddress();
  const maySeeStaff = useMay("STAFF_MANAGE");
  const [data, setData] = useState<OperatorAuditQuery>();
  const onData = useCallback((next: OperatorAuditQuery) => setData(next), []);
  const names = new Map(data?.staff?.edges.map(({ node }) => [rowIdOf(node.id), node.name]));
  const opened = data && rowsOf(data).edges.find(({ node }) => node.id === values["open"])?.node;

  const said = (action: string) => {
    const { thing, deed } = partsOf(action);
    const words = [THINGS[thing]?.[language], DEEDS[deed]?.[language]];
    if (!words[0] || (deed && !words[1])) return action;
    return words.filter(Boolean).join(language === "en" ? " " : "");
  };
  const who = ({ actorId, impersonated }: Entry) => {
    if (impersonated) return <StateTag mood="wait">{t("support")}</StateTag>;
    if (!actorId) return <span className="k-quiet">{t("platform")}</span>;
    return names.get(rowIdOf(actorId)) ?? <span className="k-quiet">{t(maySeeStaff ? "somebody" : "unnamed")}</span>;
  };

  const columns: Column<Entry>[] = [
    { key: "at", title: t("at"), width: 190, render: (row) => <span className="k-nowrap">{format.instant(row.at)}</span> },
    { key: "who", title: t("who"), width: 180, render: who },
    { key: "action", title: t("action"), render: (row) => <Opener id={row.id}>{said(row.action)}</Opener> },
    {
      key: "data",
      title: t("data"),
      from: "lg",
      render: (row) => (
        <span className="u-data k-quiet k-clip">
          {factsOf(row.data)
            .map(([name, value]) => `${name}: ${value}`)
            .join(" · ")}
        </span>
      ),
    },
    { key: "seq", title: t("seq"), align: "right", width: 90, render: (row) => <span className="k-quiet">{format.number(row.seq)}</span> },
  ];

  return (
    <Page title={t("title")} hint={t("hint")}>
      <List
        name="audit"
        document={OperatorAuditDocument}
        variables={() => ({ staff: maySeeStaff })}
        connection={rowsOf}
        columns={columns}
        onData={onData}
        opens
        empty={{ title: t("empty"), hint: t("emptyHint") }}
      />
      <AddressDrawer title={opened ? said(opened.action) : t("title")}>
        {opened ? (
          <>
            <Facts items={[[t("at"), format.instant(opened.at)], [t("who"), who(opened)], [t("seq"), format.number(opened.seq)]]} />
            <section className="u-part">
              <h3>{t("data")}</h3>
              {factsOf(opened.data).length ? <Facts items={factsOf(opened.data)} /> : <p className="k-quiet">{t("nothing")}</p>}
            </section>
            <section className="u-part">
              <h3>{t("digest")}</h3>
              <code className="u-digest">{opened.digest}</code>
            </section>
          </>
        ) : (
          <Empty title={t("gone")} />
        )}
      </AddressDrawer>
    </Page>
  );
}
