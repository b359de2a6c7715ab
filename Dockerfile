# To pin the image by content: docker buildx imagetools inspect node:24-bookworm-slim, then @sha256:... behind each FROM.
FROM node:24-bookworm-slim AS build
WORKDIR /app
COPY package.json package-lock.json .npmrc ./
RUN npm ci --ignore-scripts
COPY tsconfig.json tsconfig.build.json ./
COPY src ./src
RUN npm run build

FROM node:24-bookworm-slim AS packages
WORKDIR /app
COPY package.json package-lock.json .npmrc ./
# --ignore-scripts: the Postgres binaries are for local use only, the image runs against a server
RUN npm ci --omit=dev --ignore-scripts && npm cache clean --force

FROM node:24-bookworm-slim
ENV NODE_ENV=production
WORKDIR /app
COPY --from=packages /app/node_modules ./node_modules
COPY --from=build /app/dist ./dist
COPY package.json LICENSE ./
COPY migrations ./migrations
COPY sources ./sources
COPY tools/temporal ./tools/temporal
USER node
ENTRYPOINT ["node", "/app/dist/cli/main.js"]
CMD ["worker"]
