/** One file with what it shows: for the gallery, or for a case. */

import type { Moment } from '@daiqu/client';
import { SaveForm, TextsInput, useTexts, type BootText, type Outcome } from '@daiqu/kit';
import { Button, Form, Radio, Upload } from 'antd';
import { UploadOutlined } from '@ant-design/icons';
import { useEffect, useMemo, useState } from 'react';
import { BYTES, PICTURES, VIDEO } from './order';
import { texts } from './texts';

const MOMENTS = ['OTHER', 'BEFORE', 'AFTER'] as const satisfies readonly Moment[];

export interface Picked {
  upload: File;
  moment: Moment;
  alt: BootText[];
}

interface UploadFormProps {
  /** Whether a video is possible as well. */
  videos?: boolean;
  send: (picked: Picked) => Promise<Outcome<{ __typename: string }> | null>;
  onSent: () => void;
  onCancel: () => void;
}

export function UploadForm({ videos, send, onSent, onCancel }: UploadFormProps) {
  const t = useTexts(texts);
  const types = videos ? [...PICTURES, VIDEO] : PICTURES;
  return (
    <SaveForm
      initial={{ upload: undefined as File | undefined, moment: 'OTHER' as Moment, alt: [] as BootText[] }}
      saveLabel={t('addTo')}
      savedText={t('added')}
      save={({ upload, ...rest }) => (upload ? send({ upload, ...rest }) : Promise.resolve(null))}
      onSaved={onSent}
      onCancel={onCancel}
    >
      <Form.Item
        name="upload"
        label={t('file')}
        extra={t(videos ? 'mediaHint' : 'pictureHint')}
        required
        rules={[
          {
            validator(_, file: File | undefined) {
              if (!file) return Promise.reject(new Error(t('fileNeeded')));
              if (!types.includes(file.type)) return Promise.reject(new Error(t('wrongType')));
              const size = (file.size / 1_000_000).toFixed(1);
              return file.size > BYTES ? Promise.reject(new Error(t('tooBig', { size }))) : Promise.resolve();
            },
          },
        ]}
      >
        <FileInput accept={types.join()} />
      </Form.Item>
      <Form.Item name="moment" label={t('moment.label')}>
        <Radio.Group optionType="button" options={MOMENTS.map((value) => ({ value, label: t(`moment.${value}`) }))} />
      </Form.Item>
      <Form.Item name="alt" label={t('alt')} extra={t('altHint')}>
        <TextsInput maxLength={200} />
      </Form.Item>
    </SaveForm>
  );
}

interface FileInputProps {
  accept: string;
  id?: string;
  value?: File;
  onChange?: (file: File) => void;
}

function FileInput({ accept, id, value, onChange }: FileInputProps) {
  const t = useTexts(texts);
  const [broken, setBroken] = useState<string>();
  const shown = useMemo(() => (value?.type.startsWith('image/') ? URL.createObjectURL(value) : undefined), [value]);
  useEffect(() => () => (shown ? URL.revokeObjectURL(shown) : undefined), [shown]);
  return (
    <span className="c-file">
      {shown && shown !== broken && <img src={shown} alt="" onError={() => setBroken(shown)} />}
      <Upload
        {...(id && { id })}
        accept={accept}
        showUploadList={false}
        beforeUpload={(file) => {
          onChange?.(file);
          return false; // it goes with the form
        }}
      >
        <Button icon={<UploadOutlined />}>{t('choose')}</Button>
      </Upload>
      {value && <span className="k-quiet k-clip">{value.name}</span>}
    </span>
  );
}
