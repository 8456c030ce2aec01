/** Leave that couriers ask for, to be decided; and leave that was granted. */

import { OperatorAbsenceDecideDocument, OperatorAbsenceWithdrawDocument, type OperatorAbsenceFragment } from "@daiqu/client";
import { Sheet, useAct, useFormat, useMay, useTexts } from "@daiqu/kit";
import { Button } from "antd";
import { useState } from "react";
import { texts } from "./texts";

type Absence = OperatorAbsenceFragment;

interface LeaveProps {
  absences: readonly Absence[];
  onDecided: () => void;
}

export function LeaveQueue({ absences, onDecided }: LeaveProps) {
  const t = useTexts(texts);
  if (absences.length === 0) return null;
  return (
    <div className="k-gap-below">
      <Sheet title={t("absence.queue", { count: absences.length })}>
        <LeaveList absences={absences} onDecided={onDecided} />
      </Sheet>
    </div>
  );
}

export function LeaveList({ absences, onDecided }: LeaveProps) {
  const t = useTexts(texts);
  const format = useFormat();
  const may = useMay("ORDERS_MANAGE");
  const [decide, deciding] = useAct(OperatorAbsenceDecideDocument);
  const [withdraw, withdrawing] = useAct(OperatorAbsenceWithdrawDocument);
  const [at, setAt] = useState<string>();

  async function answer({ id, courier }: Absence, approve: boolean) {
    setAt(id);
    const name = courier.displayName;
    const undo = () => void callOff({ id, courier } as Absence);
    const telling = approve ? { done: t("absence.granted", { name }), undo } : { done: t("absence.declined", { name }) };
    if (await decide({ input: { absenceId: id, approve } }, telling)) onDecided();
  }

  async function callOff({ id, courier }: Absence) {
    setAt(id);
    if (await withdraw({ input: { absenceId: id } }, { done: t("absence.withdrawn", { name: courier.displayName }) })) onDecided();
  }

  return (
    <ul className="d-wishes">
      {absences.map((absence) => (
        <li key={absence.id}>
          <span>
            <span className="k-strong">{absence.courier.displayName}</span>{" "}
            <span>
              {format.instant(absence.startsAt)} – {format.instant(absence.endsAt)}
            </span>
            <span className="k-quiet d-reason">{absence.reason || t("absence.noReason")}</span>
          </span>
          {may && (
            <span className="k-row">
              {absence.state === "ASKED" ? (
                <>
                  <Button size="small" type="primary" loading={deciding && at === absence.id} onClick={() => void answer(absence, true)}>
                    {t("absence.grant")}
                  </Button>
                  <Button size="small" disabled={deciding} onClick={() => void answer(absence, false)}>
                    {t("absence.decline")}
                  </Button>
                </>
              ) : (
                <Button size="small" loading={withdrawing && at === absence.id} onClick={() => void callOff(absence)}>
                  {t("absence.withdraw")}
                </Button>
              )}
            </span>
          )}
        </li>
      ))}
    </ul>
  );
}
