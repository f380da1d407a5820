/** A file that was dropped: chosen → queued → sending → sent, or broken. */
export type Upload = { readonly id: string; readonly name: string; readonly bytes: number } & UploadStage;

export type UploadStage =
  /** object null: nothing tells whose rows they are, a person has to. */
  | { readonly state: 'chosen'; readonly object: string | null }
  | { readonly state: 'queued'; readonly object: string }
  | { readonly state: 'sending'; readonly object: string; readonly sentBytes: number }
  /** problem: why it did not get there. */
  | { readonly state: 'broken'; readonly object: string; readonly problem: string }
  /** file: the name that the inbox gave it. */
  | { readonly state: 'sent'; readonly object: string; readonly file: string };
