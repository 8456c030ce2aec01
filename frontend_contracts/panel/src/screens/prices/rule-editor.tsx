/** One rule: what it costs, when, and in which order. */

import { OperatorPriceRuleRemoveDocument, OperatorPriceRuleSaveDocument } from "@daiqu/client";
import { minorDigits, SearchSelect, TextsInput, useAct, useBrand, useConfirm, useLeaveGuard, useTell, useTexts, type Lookup } from "@daiqu/kit";
import { Alert, Button, Collapse, Input, InputNumber, Select, Switch } from "antd";
import { useState } from "react";
import { Field } from "./field";
import { inputOf, missing, type Rule, type Service, type Zone } from "./model";
import { ParamsEditor } from "./params-editor";
import { texts } from "./texts";
import { WhenEditor } from "./when-editor";
import type { Words } from "./words";

interface EditorProps {
  rule: Rule;
  dirty: boolean;
  services: readonly Service[];
  lookup: Lookup;
  zones: readonly Zone[];
  words: Words;
  onChange: (rule: Rule) => void;
  onSaved: () => void;
  onRemoved: () => void;
  onClose: () => void;
}

/** `2026-11-22T17:40` of this browser's clock, which is how people type an instant. */
function local(iso: string | null): string {
  if (!iso) return "";
  const at = new Date(iso);
  return new Date(at.getTime() - at.getTimezoneOffset() * 60_000).toISOString().slice(0, 16);
}

export function RuleEditor({ rule, dirty, services, lookup, zones, words, onChange, onSaved, onRemoved, onClose }: EditorProps) {
  const t = useTexts(texts);
  const brand = useBrand();
  const tell = useTell();
  const confirm = useConfirm();
  const [tried, setTried] = useState(false);
  const [refusal, setRefusal] = useState<string>();
  const [save, saving] = useAct(OperatorPriceRuleSaveDocument);
  const [remove, removing] = useAct(OperatorPriceRuleRemoveDocument);
  useLeaveGuard(dirty && !saving);
  const set = (what: Partial<Rule>) => {
    setRefusal(undefined);
    onChange({ ...rule, ...what });
  };
  const lacks = missing(rule, brand.language);
  const scale = 10 ** minorDigits(brand.currency);

  async function send() {
    setTried(true);
    if (lacks.length || saving) return;
    const outcome = await save({ input: inputOf(rule) }, { quiet: true });
    if (!outcome) return;
    if ("done" in outcome) {
      tell.done(t("saved"));
      onSaved();
    } else if ("failed" in outcome) setRefusal(outcome.failed);
    else setRefusal(outcome.refused.message);
  }

  async function takeAway() {
    if (!rule.ruleId) return;
    if (!(await confirm({ title: t("askRemove"), hint: t("askRemoveHint"), ok: t("remove"), danger: true }))) return;
    const outcome = await remove({ input: { ruleId: rule.ruleId } }, { done: t("removed") });
    if (outcome && "done" in outcome) onRemoved();
  }

  return (
    <section className="k-sheet p-editor" aria-label={t("edit")}>
      <header className="k-sheet-head">
        <h2>{rule.ruleId ? t(`step.${rule.step}`) : t("newRule", { step: t(`step.${rule.step}`) })}</h2>
        <Button type="text" onClick={onClose}>
          {t("close")}
        </Button>
      </header>
      <p className="p-hint k-gap-below">{t(`stepHint.${rule.step}`)}</p>
      <div className="p-fields">
        <Field label={t("label")} to="p-label" fault={tried && lacks.includes("label") && t("labelNeeded")}>
          <TextsInput id="p-label" maxLength={80} value={rule.label} onChange={(label) => set({ label })} />
        </Field>
        <Field label={t("service")} to="p-service" hint={t("serviceHint")}>
          <SearchSelect
            id="p-service"
            lookup={lookup}
            value={rule.serviceId ?? ""}
            top={{ value: "", label: t("allServices") }}
            onChange={(id) => set({ serviceId: id || null })}
          />
        </Field>
        <div className={tried && lacks.includes("params") ? "p-fields p-lacks" : "p-fields"}>
          <ParamsEditor rule={rule} services={services} onChange={(params) => set({ params })} />
        </div>
        <div>
          <h3>{t("conditions")}</h3>
          <p className="p-hint k-gap-below">{t("conditionsHint")}</p>
          <WhenEditor rule={rule} zones={zones} services={services} words={words} onChange={(when) => set({ when })} />
        </div>
        <Collapse
          ghost
          className="p-further"
          items={[
            {
              key: "further",
              label: t("further"),
              children: (
                <div className="p-pair">
                  <Field label={t("priorityLabel")} to="p-priority" hint={t("priorityHint")}>
                    <InputNumber id="p-priority" min={-1000} max={1000} precision={0} value={rule.priority} onChange={(priority) => set({ priority: priority ?? 0 })} />
                  </Field>
                  <Field label={t("active")} to="p-active">
                    <span>
                      <Switch id="p-active" checked={rule.active} onChange={(active) => set({ active })} />
                    </span>
                  </Field>
                  <Field label={t("roundTo")} to="p-round">
                    <Select
                      id="p-round"
                      value={rule.roundTo}
                      options={[...new Set([1, 10, 50, 100, 500, 1000, rule.roundTo])].sort((a, b) => a - b).map((minor) => ({ value: minor, label: words.money(minor) }))}
                      onChange={(roundTo) => set({ roundTo })}
                    />
                  </Field>
                  <Field label={t("rounding")} to="p-rounding">
                    <Select
                      id="p-rounding"
                      disabled={rule.roundTo === 1 && scale === 1}
                      value={rule.rounding}
                      options={(["HALF_UP", "UP", "DOWN"] as const).map((each) => ({ value: each, label: t(`roundings.${each}`) }))}
                      onChange={(rounding) => set({ rounding })}
                    />
                  </Field>
                  <Field label={t("validFrom")} to="p-from" hint={t("validHint")}>
                    <Input id="p-from" type="datetime-local" value={local(rule.validFrom)} onChange={(event) => set({ validFrom: event.target.value ? new Date(event.target.value).toISOString() : null })} />
                  </Field>
                  <Field label={t("validUntil")} to="p-until">
                    <Input id="p-until" type="datetime-local" value={local(rule.validUntil)} onChange={(event) => set({ validUntil: event.target.value ? new Date(event.target.value).toISOString() : null })} />
                  </Field>
                </div>
              ),
            },
          ]}
        />
      </div>
      {refusal && <Alert type="error" showIcon role="alert" title={refusal} />}
      <footer className="p-foot">
        <Button type="primary" loading={saving} onClick={() => void send()}>
          {t("save")}
        </Button>
        {rule.ruleId && (
          <>
            <Button onClick={() => onChange({ ...rule, ruleId: null })}>{t("duplicate")}</Button>
            <Button danger type="text" loading={removing} onClick={() => void takeAway()}>
              {t("remove")}
            </Button>
          </>
        )}
      </footer>
    </section>
  );
}
