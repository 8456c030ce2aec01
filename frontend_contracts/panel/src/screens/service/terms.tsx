/** What holds between customer, courier and operator: who may do it, what is said, what cancelling costs, price bounds. */

import type { Certificate, Gender, NoticeAudience, OrderState } from "@daiqu/client";
import { Empty, MoneyInput, textIn, TextsInput, useBrand, useLanguage, useTexts } from "@daiqu/kit";
import { Button, Checkbox, InputNumber, Segmented, Select, Switch } from "antd";
import { PlusOutlined } from "@ant-design/icons";
import { Link } from "react-router";
import { orderWords } from "../orders/words";
import { newId, STAGES, type Draft, type Notice } from "./model";
import { Field, Ordered } from "./parts";
import type { PartProps } from "./part-props";
import { texts } from "./texts";

type Simple = Pick<PartProps, "draft" | "change">;
const CERTIFICATES = ["IDENTITY", "HEALTH", "SKILL"] as const satisfies readonly Certificate[];

export function Requirements({ draft, change }: Simple) {
  const t = useTexts(texts);
  const { requirements } = draft;
  const set = (what: Partial<Draft["requirements"]>) =>
    change((before) => ({ ...before, requirements: { ...before.requirements, ...what } }));
  return (
    <div className="s-fields">
      <Field label={t("certificates")}>
        <Checkbox.Group
          value={requirements.certificates}
          options={CERTIFICATES.map((each) => ({ value: each, label: t(`certificate.${each}`) }))}
          onChange={(certificates) => set({ certificates: certificates as Certificate[] })}
        />
      </Field>
      <div className="s-pair">
        <Field label={t("exams")} to="s-exams" hint={t("examsHint")}>
          <Select id="s-exams" mode="tags" open={false} suffixIcon={null} maxCount={10} value={requirements.exams} onChange={(exams: string[]) => set({ exams })} />
        </Field>
        <Field label={t("level")} to="s-level">
          <InputNumber id="s-level" min={0} max={9} precision={0} value={requirements.level} onChange={(level) => set({ level: level ?? 0 })} />
        </Field>
      </div>
      <Field label={t("gender")} hint={t("reasonHint")}>
        <span>
          <Segmented<Gender | "">
            aria-label={t("gender")}
            value={requirements.gender ?? ""}
            options={[
              { value: "", label: t("anyGender") },
              { value: "FEMALE", label: t("genders.FEMALE") },
              { value: "MALE", label: t("genders.MALE") },
            ]}
            onChange={(gender) => set({ gender: gender || null })}
          />
        </span>
      </Field>
      {requirements.gender && (
        <Field label={t("reason")} to="s-reason">
          <TextsInput id="s-reason" maxLength={300} value={requirements.reason} onChange={(reason) => set({ reason })} />
        </Field>
      )}
    </div>
  );
}

const STATES = [
  "PLACED",
  "OFFERED",
  "ACCEPTED",
  "DEPARTED",
  "ARRIVED",
  "IN_PROGRESS",
  "DELIVERED",
  "COMPLETED",
  "UNDELIVERABLE",
  "RETURNING",
  "RETURNED",
  "CANCELLED",
] as const satisfies readonly OrderState[];

export function Notices({ draft, change, open, onOpen, bad }: PartProps) {
  const t = useTexts(texts);
  const words = useTexts(orderWords);
  const language = useLanguage();
  const brand = useBrand();
  const set = (notices: Notice[]) => change((before) => ({ ...before, notices }));
  return (
    <>
      {draft.notices.length === 0 && <Empty title={t("noNotices")} />}
      <Ordered<Notice>
        section="notices"
        rows={draft.notices}
        onChange={set}
        name={(notice) => t("named", { name: t("notice"), what: words(`state.${notice.state}`) })}
        open={open}
        onOpen={onOpen}
        bad={bad}
        head={(notice) => (
          <>
            <span className="k-nowrap">
              {words(`state.${notice.state}`)} → {t(`to.${notice.to}`)}
            </span>
            <span className="k-clip k-quiet">{textIn(notice.text, language, brand.language)}</span>
          </>
        )}
      >
        {(notice, index) => {
          const to = (what: Partial<Notice>) => set(draft.notices.with(index, { ...notice, ...what }));
          const id = `notice-${notice.id}`;
          return (
            <div className="s-fields">
              <div className="s-pair">
                <Field label={t("noticeWhen")} to={`${id}-state`}>
                  <Select id={`${id}-state`} value={notice.state} options={STATES.map((state) => ({ value: state, label: words(`state.${state}`) }))} onChange={(state: OrderState) => to({ state })} />
                </Field>
                <Field label={t("noticeTo")}>
                  <span>
                    <Segmented<NoticeAudience>
                      aria-label={t("noticeTo")}
                      value={notice.to}
                      options={(["CUSTOMER", "COURIER"] as const).map((each) => ({ value: each, label: t(`to.${each}`) }))}
                      onChange={(audience) => to({ to: audience })}
                    />
                  </span>
                </Field>
              </div>
              <Field label={t("noticeText")} to={`${id}-text`}>
                <TextsInput id={`${id}-text`} rows={2} maxLength={300} value={notice.text} onChange={(text) => to({ text })} />
              </Field>
            </div>
          );
        }}
      </Ordered>
      <div className="s-adders">
        <Button
          icon={<PlusOutlined />}
          disabled={draft.notices.length >= 20}
          onClick={() => {
            const notice: Notice = { id: newId(), state: "ACCEPTED", to: "CUSTOMER", text: [] };
            set([...draft.notices, notice]);
            onOpen(notice.id, true);
          }}
        >
          {t("addNotice")}
        </Button>
      </div>
    </>
  );
}

export function Cancelling({ draft, change }: Simple) {
  const t = useTexts(texts);
  const set = (stage: (typeof STAGES)[number], bps: number | null) =>
    change((before) => ({ ...before, cancellation: { ...before.cancellation, [stage]: bps } }));
  return (
    <ul className="s-asked">
      {STAGES.map((stage, index) => {
        const bps = draft.cancellation[stage];
        const least = Math.max(0, ...STAGES.slice(0, index).map((each) => draft.cancellation[each] ?? 0));
        return (
          <li key={stage} id={`at-cancellation-${stage.toLowerCase()}`}>
            <span className="s-label">{t(`stage.${stage}`)}</span>
            <span className="k-row">
              {bps !== null && (
                <InputNumber
                  aria-label={t("fee", { stage: t(`stage.${stage}`) })}
                  min={0}
                  max={100}
                  precision={2}
                  status={bps < least ? "error" : ""}
                  value={bps / 100}
                  suffix="%"
                  onChange={(percent) => set(stage, Math.round((percent ?? 0) * 100))}
                />
              )}
              <label className="k-row s-may">
                <Switch size="small" checked={bps !== null} onChange={(may) => set(stage, may ? least : null)} />
                {t(bps === null ? "cannotCancel" : "canCancel")}
              </label>
            </span>
          </li>
        );
      })}
    </ul>
  );
}

const FIGURES = ["distance_meters", "weight_grams", "duration_minutes", "insured_value"] as const;

export function Bounds({ draft, change }: Simple) {
  const t = useTexts(texts);
  const language = useLanguage();
  const brand = useBrand();
  const set = (what: Partial<Draft["price"]>) => change((before) => ({ ...before, price: { ...before.price, ...what } }));
  const numbers = draft.form.filter((field) => field.type === "NUMBER");
  return (
    <div className="s-fields">
      <div className="s-pair">
        <Field label={t("optional", { what: t("priceLeast") })} to="s-least">
          <MoneyInput id="s-least" value={draft.price.least} onChange={(least) => set({ least })} />
        </Field>
        <Field label={t("optional", { what: t("priceMost") })} to="s-most">
          <MoneyInput id="s-most" value={draft.price.most} onChange={(most) => set({ most })} />
        </Field>
      </div>
      <Field label={t("rises")} to="s-rises">
        <Select
          id="s-rises"
          mode="multiple"
          placeholder={t("none")}
          value={draft.price.risesWith}
          options={[
            ...FIGURES.map((name) => ({ value: name as string, label: t(`figure.${name}`) })),
            ...numbers.map((field) => ({ value: field.key, label: textIn(field.label, language, brand.language) || field.key })),
          ]}
          onChange={(risesWith: string[]) => set({ risesWith })}
        />
      </Field>
      <p>
        <Link to="/prices">{t("toPrices")}</Link>
      </p>
    </div>
  );
}
