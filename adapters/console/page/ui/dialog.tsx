import { type ReactNode, useState } from 'react';
import { Dialog, DialogTrigger, Heading, Modal, ModalOverlay } from 'react-aria-components';
import { Button, type ButtonProps } from './button.tsx';
import classes from './dialog.module.css';

export type AskedProps = {
  /** What is pressed to be asked. */
  readonly label: string;
  readonly kind?: ButtonProps['kind'];
  readonly isDisabled?: boolean;
  /** The question, as a sentence. */
  readonly title: string;
  /** What happens then, and what does not. */
  readonly children: ReactNode;
  /** What is pressed to have it done: a verb. */
  readonly confirm: string;
  readonly onConfirm: () => void;
  readonly canConfirm?: boolean;
};

/** Something far-reaching: done only after it was said what happens. Escape and "Cancel" leave everything as it is. */
export const Asked = ({
  label,
  kind,
  isDisabled = false,
  title,
  children,
  confirm,
  onConfirm,
  ...more
}: AskedProps) => {
  const [isOpen, setOpen] = useState(false);
  const { canConfirm = true } = more;
  return (
    <DialogTrigger isOpen={isOpen} onOpenChange={setOpen}>
      <Button {...(kind !== undefined && { kind })} isDisabled={isDisabled}>
        {label}
      </Button>
      <ModalOverlay className={classes.overlay ?? ''} isDismissable>
        <Modal className={classes.modal ?? ''}>
          <Dialog className={classes.dialog ?? ''} role="alertdialog">
            <Heading slot="title" level={2}>
              {title}
            </Heading>
            <div className={classes.body}>{children}</div>
            <div className={classes.actions}>
              <Button slot="close">Cancel</Button>
              <Button
                kind={kind === 'danger' ? 'danger' : 'main'}
                isDisabled={!canConfirm}
                onPress={() => {
                  setOpen(false);
                  onConfirm();
                }}
              >
                {confirm}
              </Button>
            </div>
          </Dialog>
        </Modal>
      </ModalOverlay>
    </DialogTrigger>
  );
};
