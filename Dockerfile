# The image of a server: Node, the server's packages and the built page. It runs as the user `node` and writes to /data and /tmp alone, so
# that the rest can be read-only. docs/OPERATING.md says how to run it. `node scripts/prove-image.mjs` runs these steps without Docker.

FROM node:24-bookworm-slim AS build
ENV CI=true
WORKDIR /app
COPY . .
# What it takes to build the page and to run the server; no test tools, no browsers.
RUN npx --yes pnpm@12.21.0 install --prod --frozen-lockfile
RUN node scripts/build-page.mjs
# The page's libraries are in the page now: what is left is the server's.
RUN rm -rf node_modules shared/node_modules drizzle/node_modules server/node_modules client/node_modules \
  && npx --yes pnpm@12.21.0 --filter "@holdfast/server..." install --prod --frozen-lockfile
# The image has Node already; the page's sources are built; the maps are for debuggers.
RUN rm -rf node_modules/node node_modules/.pnpm/node@* client/src client/build client/public client/node_modules \
  && find node_modules -name "*.map" -type f -delete

FROM node:24-bookworm-slim
ENV NODE_ENV=production HOST=0.0.0.0 PORT=3000 DATA_DIR=/data
WORKDIR /app
RUN mkdir -m 700 /data && chown node:node /data
COPY --from=build /app /app
USER node
VOLUME /data
EXPOSE 3000
HEALTHCHECK --interval=15s --timeout=5s --start-period=60s --retries=3 \
  CMD ["node", "-e", "fetch(`http://127.0.0.1:${process.env.PORT}/health/ready`).then((answer) => process.exit(answer.ok ? 0 : 1), () => process.exit(1))"]
CMD ["node", "--disable-warning=ExperimentalWarning", "--max-semi-space-size=4", "server/src/main.ts"]
