import type { HomeView, KnownBlock, MessageMetadata, ModalView } from '@slack/types';
import type { Manifest } from '@slack/web-api/dist/types/request/manifest';

/** All that an app sends and that Slack's types describe. */
export interface Sent {
  block: KnownBlock;
  home: HomeView;
  manifest: Manifest;
  metadata: MessageMetadata;
  modal: ModalView;
}
