/** How far ahead customers book, and until when they can change their minds. */

import { OperatorBookingTermsSetDocument } from "@daiqu/client";
import { SaveForm, useAct, useTexts } from "@daiqu/kit";
import { Form, InputNumber, Modal } from "antd";
import { texts } from "./texts";

interface Terms {
  leadMinutes: number;
  horizonDays: number;
  noticeMinutes: number;
}

const FIELDS = [
  ["leadMinutes", "leadHint", "minutes"],
  ["horizonDays", "horizonHint", "daysUnit"],
  ["noticeMinutes", "noticeHint", "minutes"],
] as const;

export function TermsDialog({ terms, onClose, onSaved }: { terms: Terms; onClose: () => void; onSaved: () => void }) {
  const t = useTexts(texts);
  const [set] = useAct(OperatorBookingTermsSetDocument);
  const { leadMinutes, horizonDays, noticeMinutes } = terms;
  return (
    <Modal open title={t("terms.title")} footer={null} onCancel={onClose} width={460}>
      <p className="k-quiet k-gap-below">{t("terms.hint")}</p>
      <SaveForm
        initial={{ leadMinutes, horizonDays, noticeMinutes }}
        savedText={t("terms.saved")}
        save={(input) => set({ input }, { quiet: true })}
        onSaved={() => {
          onSaved();
          onClose();
        }}
        onCancel={onClose}
      >
        {FIELDS.map(([name, hint, unit]) => (
          <Form.Item key={name} name={name} label={t(`terms.${name}`)} extra={t(`terms.${hint}`)} rules={[{ required: true }]}>
            <InputNumber min={0} precision={0} suffix={t(`terms.${unit}`)} style={{ width: 160 }} />
          </Form.Item>
        ))}
      </SaveForm>
    </Modal>
  );
}
