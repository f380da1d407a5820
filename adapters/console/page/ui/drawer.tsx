import type { ReactNode } from 'react';
import { Dialog, Heading, Modal, ModalOverlay } from 'react-aria-components';
import { Button } from './button.tsx';
import classes from './drawer.module.css';

export type DrawerProps = {
  readonly title: string;
  readonly lead?: string;
  readonly onClose: () => void;
  readonly children: ReactNode;
};

/** What is behind something, beside it; over everything on a phone. Open while it is rendered. */
export const Drawer = ({ title, lead, onClose, children }: DrawerProps) => (
  <ModalOverlay className={classes.overlay ?? ''} isOpen isDismissable onOpenChange={(isOpen) => isOpen || onClose()}>
    <Modal className={classes.drawer ?? ''}>
      <Dialog className={classes.dialog ?? ''}>
        <div className={classes.head}>
          <Heading slot="title" level={2} className={classes.title ?? ''}>
            {title}
          </Heading>
          <Button slot="close">Close</Button>
        </div>
        {lead !== undefined && <p className={classes.lead}>{lead}</p>}
        {children}
      </Dialog>
    </Modal>
  </ModalOverlay>
);
