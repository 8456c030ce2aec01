/** Prices: rules in the order in which a price is made, beside what an order would cost by them. */

import { OperatorPriceRulesDocument, OperatorPriceTableDocument, OperatorTariffPublishDocument, type OperatorPriceRulesQuery, type OperatorRuleFragment } from "@daiqu/client";
import { Empty, Failed, Loading, Page, SearchSelect, StateTag, useAct, useAddress, useConfirm, useTell, useTexts } from "@daiqu/kit";
import { Alert, Button, Dropdown, Select, Tag } from "antd";
import { DownOutlined, PlusOutlined } from "@ant-design/icons";
import { useEffect, useMemo, useRef, useState } from "react";
import { useClient, useQuery } from "urql";
import { History } from "./history";
import { keptRead, keptWrite } from "./kept";
import { bareId, byStep, EACH, emptyRule, inputOf, ruleOf, STEPS, type Params, type Rule, type Step, type When } from "./model";
import { LiveQuote } from "./quote";
import { RuleEditor } from "./rule-editor";
import { usePricedServices } from "./services";
import { PriceSheet } from "./sheet";
import { texts } from "./texts";
import { Trial } from "./trial";
import { useWords } from "./words";
import "./prices.css";

const PAGE = 100;
/** Rules are read in pages until all are there: they are looked at together. */
const MOST_PAGES = 20;

interface Fault {
  text: string;
  rules: { id: string; name: string }[];
}

export default function PricesView() {
  const t = useTexts(texts);
  const client = useClient();
  const [values, change] = useAddress();
  const [version, setVersion] = useState(0);
  const [result, again] = useQuery({ query: OperatorPriceRulesDocument, variables: { first: PAGE }, requestPolicy: "cache-and-network" });
  const { error } = result;
  // What is being typed stays, whatever becomes of reading the list anew.
  const last = useRef(result.data);
  if (result.data) last.current = result.data;
  const data = result.data ?? last.current;
  const [rest, setRest] = useState<readonly OperatorRuleFragment[]>([]);
  useEffect(() => {
    if (!data?.priceRules.pageInfo.hasNextPage) return setRest([]);
    let gone = false;
    const read = async () => {
      const found: OperatorRuleFragment[] = [];
      let page: OperatorPriceRulesQuery | undefined = data;
      for (let number = 1; number < MOST_PAGES && page?.priceRules.pageInfo.hasNextPage; number += 1) {
        const after: string | null = page.priceRules.pageInfo.endCursor ?? null;
        page = (await client.query(OperatorPriceRulesDocument, { first: PAGE, after }, { requestPolicy: "network-only" })).data;
        found.push(...(page?.priceRules.edges.map(({ node }) => node) ?? []));
      }
      if (!gone) setRest(found);
    };
    void read();
    return () => {
      gone = true;
    };
  }, [data, client]);

  const retry = () => {
    again({ requestPolicy: "network-only" });
    setVersion((n) => n + 1);
  };
  if (!data) {
    return (
      <Page title={t("title")}>
        <section className="k-sheet">{error ? <Failed error={error} retry={retry} /> : <Loading rows={10} />}</section>
      </Page>
    );
  }
  const rules = [...data.priceRules.edges.map(({ node }) => node), ...rest];
  return <Prices data={data} rules={rules} version={version} values={values} change={change} retry={retry} />;
}

interface PricesProps {
  data: OperatorPriceRulesQuery;
  rules: readonly OperatorRuleFragment[];
  version: number;
  values: Readonly<Record<string, string>>;
  change: ReturnType<typeof useAddress>[1];
  retry: () => void;
}

function Prices({ data, rules, version, values, change, retry }: PricesProps) {
  const t = useTexts(texts);
  const tell = useTell();
  const client = useClient();
  const confirm = useConfirm();
  const first = useMemo(() => data.draftServices.edges.map(({ node }) => node), [data]);
  const [spoken, setSpoken] = useState<readonly string[]>([]);
  const shownOf = values["service"] ?? "";
  const { services, lookup } = usePricedServices(first, [
    ...(shownOf ? [shownOf] : []),
    ...rules.flatMap(({ service }) => (service ? [service.id] : [])),
    ...spoken,
  ]);
  const words = useWords(data.zones, services);
  const [publish, publishing] = useAct(OperatorTariffPublishDocument);
  const [fault, setFault] = useState<Fault>();
  const [side, setSide] = useState<"trial" | "history" | "sheet" | null>(null);
  const asked = values["rule"];
  const stored = asked ? rules.find((rule) => rule.id === asked) : undefined;
  const step = STEPS.find((each) => each === values["step"]);
  const began = useMemo<Rule | null>(
    () => (stored ? ruleOf(stored) : asked === "new" && step ? emptyRule(step, shownOf || null) : null),
    // eslint-disable-next-line react-hooks/exhaustive-deps -- what is edited stays while the list is read anew
    [asked, step, stored?.updatedAt],
  );
  const [edited, setEdited] = useState<Rule | null>(() => began && (keptRead(began) ?? began));
  const before = useRef(began);
  useEffect(() => {
    if (before.current === began) return;
    before.current = began;
    setEdited(began && (keptRead(began) ?? began));
  }, [began]);
  const dirty = edited !== null && began !== null && JSON.stringify(edited) !== JSON.stringify(began);
  useEffect(() => {
    if (edited && began && edited.step === began.step) keptWrite(began, dirty ? edited : null);
  }, [edited, began, dirty]);
  const [tariff] = data.tariffs.edges;

  async function open(rule: string | null, of: string | null = null) {
    if (dirty && !(await confirm({ title: t("leaveRule"), hint: t("leaveRuleHint"), ok: t("leaveGo"), danger: true }))) return;
    if (began) keptWrite(began, null);
    setEdited(rule === asked ? began : null);
    change({ rule, step: of });
  }

  async function putInForce() {
    if (!(await confirm({ title: t("askPublish"), hint: t("askPublishHint"), ok: t("publish") }))) return;
    setFault(undefined);
    const outcome = await publish({}, { quiet: true });
    if (!outcome) return;
    if ("done" in outcome) {
      tell.done(t("published", { number: outcome.done.tariff.number }));
      return retry();
    }
    if ("failed" in outcome) return tell.bad(outcome.failed);
    setFault(faultOf(outcome.refused as unknown as Record<string, string>));
  }

  /** What the compiler found, in words, with the rules that it is about. */
  function faultOf(refused: Record<string, string>): Fault {
    const found = (id: string | undefined) => {
      const rule = id ? rules.find((each) => bareId(each.id) === id || each.id === id) : undefined;
      return rule ? [{ id: rule.id, name: rule.label }] : [];
    };
    const of = STEPS.find((each) => each === (refused["step"] ?? "").toUpperCase());
    const called = of ? t(`step.${of}`) : (refused["step"] ?? "");
    if (refused["code"] === "RULES_SHADOW") {
      const both = [...found(refused["firstId"]), ...found(refused["secondId"])];
      return { text: t("shadow", { step: called, first: both[0]?.name ?? "", second: both[1]?.name ?? "" }), rules: both };
    }
    if (refused["code"] === "RULE_NEVER_APPLIES") {
      const [rule] = found(refused["ruleId"]);
      const [other] = found(refused["otherId"]);
      const reason = other ? t("neverReason.hidden", { other: other.name }) : (refused["reason"] ?? "");
      return { text: t("never", { rule: rule?.name ?? "", step: called, reason }), rules: [...(rule ? [rule] : []), ...(other ? [other] : [])] };
    }
    return { text: refused["message"] ?? "", rules: [] };
  }

  async function download() {
    const { data: table, error } = await client.query(OperatorPriceTableDocument, {}, { requestPolicy: "network-only" });
    if (!table) return tell.bad(error?.message ?? "");
    const link = document.createElement("a");
    link.href = URL.createObjectURL(new Blob([table.priceTable], { type: "text/csv" }));
    link.download = "prices.csv";
    link.click();
    URL.revokeObjectURL(link.href);
  }

  const shown = rules.filter((rule) => !shownOf || !rule.service || rule.service.id === shownOf);
  const groups = byStep(shown);

  return (
    <Page
      title={t("title")}
      hint={
        tariff
          ? t("inForce", { number: tariff.node.number, at: words.format.instant(tariff.node.publishedAt) })
          : t("notYet")
      }
      actions={
        <>
          <Dropdown
            trigger={["click"]}
            menu={{
              items: [
                { key: "history", label: t("history") },
                { type: "divider" },
                { key: "export", label: t("export") },
                { key: "import", label: t("import") },
              ],
              onClick: ({ key }) => (key === "export" ? void download() : setSide(key === "import" ? "sheet" : "history")),
            }}
          >
            <Button>
              {t("more")} <DownOutlined />
            </Button>
          </Dropdown>
          <Button onClick={() => setSide("trial")}>{t("trial")}</Button>
          <Button type="primary" loading={publishing} onClick={() => void putInForce()}>
            {t("publish")}
          </Button>
        </>
      }
    >
      {fault && (
        <Alert
          type="error"
          showIcon
          closable={{ onClose: () => setFault(undefined) }}
          role="alert"
          className="k-gap-below"
          title={t("cannot")}
          description={
            <>
              <p>{fault.text}</p>
              {fault.rules.map((rule) => (
                <Button key={rule.id} type="link" size="small" className="p-flat" onClick={() => void open(rule.id)}>
                  {t("openRule", { name: rule.name })}
                </Button>
              ))}
            </>
          }
        />
      )}
      <div className="p-columns">
        {edited ? (
          <RuleEditor
            key={`${asked}${values["step"] ?? ""}`}
            rule={edited}
            dirty={dirty}
            services={services}
            lookup={lookup}
            zones={data.zones}
            words={words}
            onChange={setEdited}
            onClose={() => void open(null)}
            onSaved={() => {
              if (began) keptWrite(began, null);
              setEdited(null);
              // Among all rules a new one would have to be looked for.
              change({ rule: null, step: null, ...(edited.serviceId && { service: edited.serviceId }) });
              retry();
            }}
            onRemoved={() => {
              if (began) keptWrite(began, null);
              setEdited(null);
              change({ rule: null, step: null });
              retry();
            }}
          />
        ) : (
          <section className="k-sheet k-sheet-flush" aria-label={t("title")}>
            <div className="k-list-tools">
              <SearchSelect
                label={t("forService")}
                lookup={lookup}
                className="p-filter"
                value={shownOf}
                top={{ value: "", label: t("everyRule") }}
                onChange={(id) => change({ service: id || null })}
              />
              <span className="k-spring" />
              <Select<Step | null>
                aria-label={t("add")}
                prefix={<PlusOutlined />}
                placeholder={t("add")}
                popupMatchSelectWidth={false}
                className="p-add"
                listHeight={420}
                value={null}
                options={STEPS.map((each) => ({ value: each, label: t(`step.${each}`) }))}
                onSelect={(each) => each && void open("new", each)}
              />
            </div>
            {groups.length === 0 && (
              <Empty
                title={t("empty")}
                hint={t("emptyHint")}
                action={
                  <Button type="primary" onClick={() => void open("new", "BASE")}>
                    {t("addBase")}
                  </Button>
                }
              />
            )}
            <ol className="p-steps">
              {groups.map((group) => (
                <li key={group.step} className="p-step">
                  <div className="p-step-head">
                    <h2>{t(`step.${group.step}`)}</h2>
                    {group.rules.length > 1 && <span className="p-hint">{t(EACH.includes(group.step) ? "each" : "first")}</span>}
                  </div>
                  <ul>
                    {group.rules.map((rule) => (
                      <li key={rule.id}>
                        <button type="button" className={rule.active ? "p-rule" : "p-rule p-rule-off"} onClick={() => void open(rule.id)}>
                          <span className="p-rule-name">
                            <span className="k-strong">{rule.service?.name ?? rule.label}</span>
                            {rule.service && <span className="p-hint">{rule.label}</span>}
                            {rule.priority !== 0 && <Tag variant="filled">{t("priority", { number: rule.priority })}</Tag>}
                            {!rule.active && <StateTag mood="off">{t("off")}</StateTag>}
                          </span>
                          <span className="p-rule-price">{words.params(group.step, rule.params as Params)}</span>
                          <span className="p-rule-when">
                            {words.when(group.step, rule.when as When).join(" · ") || t("always")}
                            {rule.validFrom && ` · ${t("from", { at: words.format.moment(rule.validFrom) })}`}
                            {rule.validUntil && ` · ${t("until", { at: words.format.moment(rule.validUntil) })}`}
                          </span>
                        </button>
                      </li>
                    ))}
                  </ul>
                </li>
              ))}
            </ol>
          </section>
        )}
        <aside className="p-side">
          <LiveQuote services={services} lookup={lookup} zones={data.zones} version={version} of={shownOf || null} rule={edited} />
        </aside>
      </div>
      {side === "trial" && <Trial rules={edited && dirty ? [inputOf(edited)] : []} services={services} words={words} onSpoken={setSpoken} onClose={() => setSide(null)} />}
      {side === "history" && <History services={services} words={words} onSpoken={setSpoken} onClose={() => setSide(null)} />}
      {side === "sheet" && (
        <PriceSheet
          onClose={() => setSide(null)}
          onTaken={() => {
            setSide(null);
            retry();
          }}
        />
      )}
    </Page>
  );
}
