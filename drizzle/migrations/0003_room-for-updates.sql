-- Every flush updates these rows. With room left in their pages the new versions stay there, and no index is touched.
ALTER TABLE "generations" SET (fillfactor = 70);--> statement-breakpoint
ALTER TABLE "conversations" SET (fillfactor = 80);
