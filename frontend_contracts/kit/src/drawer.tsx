/** A drawer whose being open is in the address. */

import { Drawer } from 'antd';
import type { ReactNode } from 'react';
import { useAddress } from './address';
import { useTexts } from './i18n';
import { Leaving, useLeaving } from './leaving';
import { kitTexts } from './texts';

interface SideProps {
  /** Read out and shown at its head. */
  title: ReactNode;
  extra?: ReactNode;
  foot?: ReactNode;
  children: ReactNode;
}

/** Open while `?open=` is in the address; its content is made anew for each thing it shows. */
export function AddressDrawer({ title, extra, foot, children }: SideProps) {
  const [values, change] = useAddress();
  return (
    <Side open={Boolean(values['open'])} onClose={() => change({ open: null })} title={title} extra={extra} foot={foot}>
      {children}
    </Side>
  );
}

interface OpenProps extends SideProps {
  open: boolean;
  onClose: () => void;
}

/** A drawer that is in no address: whoever closes it by hand is asked about what they typed in it. */
export function SideDrawer({ onClose, children, ...props }: OpenProps) {
  const { dirty, leave } = useLeaving();
  return (
    <Side {...props} onClose={() => void leave().then((go) => go && onClose())}>
      <Leaving value={dirty}>{children}</Leaving>
    </Side>
  );
}

function Side({ open, onClose, title, extra, foot, children }: OpenProps) {
  const t = useTexts(kitTexts);
  return (
    <Drawer
      open={open}
      onClose={onClose}
      title={title}
      extra={extra}
      footer={foot}
      size="min(720px, 100vw)"
      destroyOnHidden
      closable={{ 'aria-label': t('close'), placement: 'end' }}
    >
      {children}
    </Drawer>
  );
}
