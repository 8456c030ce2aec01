/** Who did what in the back office, the newest first; nothing here can be changed. */

import {
  OperatorAuditDocument,
  OperatorStaffFoundDocument,
  OperatorStaffNamedDocument,
  type OperatorAuditQuery,
} from "@daiqu/client";
import {
  AddressDrawer,
  detailName,
  detailsOf,
  detailValue,
  Empty,
  Facts,
  List,
  Opener,
  Page,
  plainValue,
  SearchSelect,
  StateTag,
  useAddress,
  useFormat,
  useLanguage,
  useMay,
  useTexts,
  type Column,
  type Lookup,
} from "@daiqu/kit";
import { useCallback, useMemo, useState } from "react";
import { useTranslation } from "react-i18next";
import { useClient } from "urql";
import { choiceOf } from "../../pickers/lookups";
import { texts as staffTexts } from "../staff/texts";
import { partsOf } from "./action";
import { FACTS } from "./facts";
import { DEEDS, texts, THINGS } from "./texts";
import "./audit.css";

type Entry = OperatorAuditQuery["auditEntries"]["edges"][number]["node"] & { id: string };
const OFFERED = 50;
const STANDINGS = ["trial", "active", "past_due", "suspended", "archived"] as const;

const rowsOf = ({ auditEntries }: OperatorAuditQuery) => ({
  ...auditEntries,
  edges: auditEntries.edges.map(({ node }) => ({ node: { ...node, id: String(node.seq) } })),
});

/** Who works here, or ever did. */
function useStaff(): Lookup {
  const client = useClient();
  return useMemo(
    () => ({
      async find(text) {
        const { data } = await client.query(OperatorStaffFoundDocument, { text, first: OFFERED });
        return data?.staff.edges.map(({ node }) => choiceOf(node)) ?? [];
      },
      async named(ids) {
        const { data } = await client.query(OperatorStaffNamedDocument, { ids: [...ids] });
        return data?.staff.edges.map(({ node }) => choiceOf(node)) ?? [];
      },
    }),
    [client],
  );
}

const ID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

export default function AuditView() {
  const t = useTexts(texts);
  const right = useTexts(staffTexts);
  const { i18n } = useTranslation();
  const format = useFormat();
  const language = useLanguage();
  const [values] = useAddress();
  const maySeeStaff = useMay("STAFF_MANAGE");
  const staff = useStaff();
  const [data, setData] = useState<OperatorAuditQuery>();
  const onData = useCallback((next: OperatorAuditQuery) => setData(next), []);
  const opened = data && rowsOf(data).edges.find(({ node }) => node.id === values["open"])?.node;

  /** A value of an entry in words, by what it is of. */
  const tell = (value: string | number | boolean | null, name: string): string => {
    const standing = STANDINGS.find((each) => each === value);
    if (name === "amount" && typeof value === "number") return format.money(value);
    if (["until", "expiresAt"].includes(name) && typeof value === "string") return format.instant(value);
    if (["before", "after"].includes(name) && standing) return t(`standing.${standing}`);
    const allowed = `right.${String(value).toUpperCase()}`;
    if (name === "rights" && i18n.exists(allowed, { ns: staffTexts.namespace })) return right(allowed as "right.AUDIT_READ");
    return plainValue(value, { yes: t("yes"), no: t("no") });
  };
  const factsOf = (entry: Entry) =>
    detailsOf(entry.data).map((each) => [detailName(each, FACTS, language), detailValue(each, tell)] as const);
  const said = (action: string) => {
    const { thing, deed } = partsOf(action);
    const words = [THINGS[thing]?.[language], DEEDS[deed]?.[language]];
    if (!words[0] || (deed && !words[1])) return action;
    return words.filter(Boolean).join(language === "en" ? " " : "");
  };
  const who = ({ actorId, actorName, impersonated }: Entry) => {
    if (impersonated) return <StateTag mood="wait">{t("support")}</StateTag>;
    if (!actorId) return <span className="k-quiet">{t("platform")}</span>;
    return actorName ?? <span className="k-quiet">{t(maySeeStaff ? "somebody" : "unnamed")}</span>;
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
          {factsOf(row)
            .filter(([, value]) => !ID.test(value)) // nobody knows those by heart: they stand in the drawer
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
        variables={(what) => ({ actorId: what["who"] || null })}
        filters={
          maySeeStaff
            ? [
                {
                  kind: "own",
                  key: "who",
                  field: (value, set) => (
                    <SearchSelect
                      className="u-who"
                      label={t("who")}
                      lookup={staff}
                      top={{ value: "", label: t("everybody") }}
                      value={value}
                      onChange={(next) => set(next || null)}
                    />
                  ),
                },
              ]
            : []
        }
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
              {factsOf(opened).length ? <Facts items={factsOf(opened)} /> : <p className="k-quiet">{t("nothing")}</p>}
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
