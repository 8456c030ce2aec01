/** Exams passed, level, and gender where services ask for it. */

import { OperatorCourierQualifyDocument, type OperatorCourierFragment } from '@daiqu/client';
import { SaveForm, useAct, useTexts } from '@daiqu/kit';
import { Form, InputNumber, Select } from 'antd';
import { texts } from './texts';

export function Qualifications({ courier, onSaved }: { courier: OperatorCourierFragment; onSaved: () => void }) {
  const t = useTexts(texts);
  const [qualify] = useAct(OperatorCourierQualifyDocument);
  return (
    <SaveForm
      initial={{ exams: [...courier.exams], level: courier.level, gender: courier.gender ?? null }}
      savedText={t('qualified')}
      save={(values) => qualify({ input: { courierId: courier.id, ...values } }, { quiet: true })}
      onSaved={onSaved}
    >
      <Form.Item name="exams" label={t('exams')} extra={t('examsHint')}>
        <Select mode="tags" open={false} suffixIcon={null} tokenSeparators={[',', ' ']} maxCount={50} />
      </Form.Item>
      <div className="c-pair">
        <Form.Item name="level" label={t('level')} extra={t('levelHint')}>
          <InputNumber min={0} max={9} precision={0} />
        </Form.Item>
        <Form.Item name="gender" label={t('gender')}>
          <Select
            allowClear
            placeholder={t('untold')}
            options={(['FEMALE', 'MALE'] as const).map((value) => ({ value, label: t(`genders.${value}`) }))}
          />
        </Form.Item>
      </div>
    </SaveForm>
  );
}
