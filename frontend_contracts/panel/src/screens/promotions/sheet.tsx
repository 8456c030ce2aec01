/** One promotion: its conditions, what it has cost, its codes by channel. */

import { OperatorPromotionCodesMakeDocument, OperatorPromotionEndDocument, OperatorPromotionFileDocument, type OperatorPromotionFileQuery } from "@daiqu/client";
import { Empty, Facts, Failed, Loading, SaveForm, StateTag, useAct, useConfirm, useFormat, useTell, useTexts } from "@daiqu/kit";
import { Button, Form, Input, InputNumber, Modal } from "antd";
import { CopyOutlined, PlusOutlined } from "@ant-design/icons";
import { useEffect, useState } from "react";
import { useQuery } from "urql";
import { PromotionEditor } from "./editor";
import { channelsOf, STANDING_MOODS, standingOf } from "./standing";
import { texts } from "./texts";
import { Gives, Used } from "./view";

type Code = OperatorPromotionFileQuery["promotionCodes"]["edges"][number]["node"];

export function PromotionSheet({ id, onChanged }: { id: string; onChanged: () => void }) {
  const t = useTexts(texts);
  const format = useFormat();
  const { money } = format;
  const confirm = useConfirm();
  const [after, setAfter] = useState<string | null>(null);
  const [earlier, setEarlier] = useState<readonly Code[]>([]);
  const [editing, setEditing] = useState(false);
  const [making, setMaking] = useState(false);
  const [{ data, error }, again] = useQuery({ query: OperatorPromotionFileDocument, variables: { id, after }, requestPolicy: "cache-and-network" });
  const [end, ending] = useAct(OperatorPromotionEndDocument);
  const [shown, setShown] = useState(data);
  useEffect(() => {
    if (data) setShown(data);
  }, [data]);

  if (error && !shown) return <Failed error={error} retry={() => again({ requestPolicy: "network-only" })} />;
  if (!shown) return <Loading />;
  const promotion = shown.node?.__typename === "Promotion" ? shown.node : null;
  if (!promotion) return <Empty title={t("gone")} />;
  const { name } = promotion;
  const standing = standingOf(promotion, Date.now());
  const codes = [...earlier, ...shown.promotionCodes.edges.map(({ node }) => node)];
  const { pageInfo, totalCount } = shown.promotionCodes;
  const refresh = () => {
    setEarlier([]);
    setAfter(null);
    again({ requestPolicy: "network-only" });
    onChanged();
  };

  async function stop() {
    if (!(await confirm({ title: t("endAsk", { name }), hint: t("endHint"), ok: t("end"), danger: true }))) return;
    if (await end({ input: { promotionId: id } }, { done: t("ended", { name }) })) refresh();
  }

  if (editing) {
    return (
      <PromotionEditor
        promotion={promotion}
        onClose={() => setEditing(false)}
        onSaved={() => {
          setEditing(false);
          refresh();
        }}
      />
    );
  }
  return (
    <>
      <div className="k-between k-gap-below">
        <span className="p-title">
          {name} <StateTag mood={STANDING_MOODS[standing]}>{t(`standing.${standing}`)}</StateTag>
        </span>
        {standing !== "ENDED" && (
          <span className="k-row">
            <Button onClick={() => setEditing(true)}>{t("edit")}</Button>
            <Button danger loading={ending} onClick={() => void stop()}>
              {t("end")}
            </Button>
          </span>
        )}
      </div>
      <Facts
        items={[
          [t("gives"), <Gives key="gives" promotion={promotion} />],
          [t("audience"), t(`audiences.${promotion.audience}`)],
          [t("services"), promotion.serviceIds.length ? t("servicesCount", { count: promotion.serviceIds.length }) : t("allServices")],
          [t("period"), `${format.instant(promotion.startsAt)} – ${promotion.endsAt ? format.instant(promotion.endsAt) : t("open")}`],
          [t("perPerson"), promotion.perPerson == null ? t("none") : format.number(promotion.perPerson)],
          [
            t("conditions"),
            [promotion.byCode && t("byCode"), promotion.firstOrder && t("firstOrder"), promotion.stackable && t("stackable")].filter(Boolean).join(" · ") || "—",
          ],
          [
            t("budget"),
            promotion.budget == null ? (
              t("unlimited", { spent: money(promotion.spent ?? 0) })
            ) : (
              <Used key="budget" used={promotion.spent ?? 0} limit={promotion.budget} text={t("spentOf", { spent: money(promotion.spent ?? 0), budget: money(promotion.budget) })} />
            ),
          ],
          [
            t("uses"),
            promotion.usesLimit == null ? (
              format.number(promotion.uses ?? 0)
            ) : (
              <Used key="uses" used={promotion.uses ?? 0} limit={promotion.usesLimit} text={t("usesOf", { uses: format.number(promotion.uses ?? 0), limit: format.number(promotion.usesLimit) })} />
            ),
          ],
        ]}
      />
      {promotion.byCode && (
        <section className="p-part">
          <div className="k-between">
            <h3>
              {t("codes")} {totalCount != null && totalCount > 0 && <span className="k-quiet">{format.number(totalCount)}</span>}
            </h3>
            {standing !== "ENDED" && (
              <Button size="small" icon={<PlusOutlined />} onClick={() => setMaking(true)}>
                {t("make")}
              </Button>
            )}
          </div>
          <p className="k-quiet k-gap-below">{codes.length ? t("codesHint") : t("noCodes")}</p>
          {codes.length > 0 && (
            <table className="p-table">
              <thead>
                <tr>
                  <th scope="col">{t("channel")}</th>
                  <th scope="col" className="k-num">{t("codesCount")}</th>
                  <th scope="col" className="k-num">{t("uses")}</th>
                </tr>
              </thead>
              <tbody>
                {channelsOf(codes).map((each) => (
                  <tr key={each.channel}>
                    <td>{each.channel || <span className="k-quiet">{t("noChannel")}</span>}</td>
                    <td className="k-num">{format.number(each.codes)}</td>
                    <td className="k-num">{format.number(each.uses)}</td>
                  </tr>
                ))}
              </tbody>
            </table>
          )}
          <ul className="p-codes">
            {codes.map((code) => (
              <li key={code.id}>
                <code>{code.code}</code>
                <span className="k-quiet k-num">{code.usesLimit == null ? format.number(code.uses) : t("usesOf", { uses: format.number(code.uses), limit: format.number(code.usesLimit) })}</span>
              </li>
            ))}
          </ul>
          {pageInfo.hasNextPage && (
            <Button
              type="link"
              onClick={() => {
                setEarlier(codes);
                setAfter(pageInfo.endCursor ?? null);
              }}
            >
              {t("moreCodes")}
            </Button>
          )}
        </section>
      )}
      {making && <MakeDialog id={id} onClose={() => setMaking(false)} onMade={refresh} />}
    </>
  );
}

function MakeDialog({ id, onClose, onMade }: { id: string; onClose: () => void; onMade: () => void }) {
  const t = useTexts(texts);
  const tell = useTell();
  const [made, setMade] = useState<readonly string[]>();
  const [make] = useAct(OperatorPromotionCodesMakeDocument);
  const [form] = Form.useForm<{ number: number; code: string; usesLimit: number | null; channel: string }>();
  const own = Form.useWatch("code", form);
  return (
    <Modal open title={t("make")} footer={null} onCancel={onClose} width={460}>
      {made ? (
        <>
          <p className="k-strong k-gap-below">{t("made", { count: made.length })}</p>
          <Input.TextArea readOnly rows={6} aria-label={t("codes")} value={made.join("\n")} />
          <Button
            className="k-gap-above"
            icon={<CopyOutlined />}
            onClick={() => void navigator.clipboard.writeText(made.join("\n")).then(() => tell.done(t("copied")))}
          >
            {t("copy")}
          </Button>
        </>
      ) : (
        <SaveForm
          form={form}
          initial={{ number: 1, code: "", usesLimit: null as number | null, channel: "" }}
          saveLabel={t("make")}
          save={async ({ number, code, usesLimit, channel }) => {
            const word = code.trim();
            const outcome = await make({ input: { promotionId: id, number: word ? 1 : number, code: word || null, usesLimit, channel: channel.trim() } }, { quiet: true });
            if (outcome && "done" in outcome) setMade(outcome.done.codes.map((each) => each.code));
            return outcome;
          }}
          onSaved={onMade}
          onCancel={onClose}
        >
          <Form.Item name="code" label={t("own")} extra={t("ownHint")}>
            <Input maxLength={24} autoCapitalize="characters" />
          </Form.Item>
          {!own && (
            <Form.Item name="number" label={t("number")}>
              <InputNumber min={1} max={5000} precision={0} />
            </Form.Item>
          )}
          <Form.Item name="usesLimit" label={t("usesEach")}>
            <InputNumber min={1} precision={0} placeholder={t("none")} />
          </Form.Item>
          <Form.Item name="channel" label={t("channel")} extra={t("channelHint")}>
            <Input maxLength={60} />
          </Form.Item>
        </SaveForm>
      )}
    </Modal>
  );
}
