-- Neutral schema for performance work: no product under test owns it.

CREATE TABLE users (
  id         bigint PRIMARY KEY,
  email      text NOT NULL,
  full_name  text NOT NULL,
  is_active  boolean NOT NULL DEFAULT true
);
CREATE TABLE organizations (
  id         bigint PRIMARY KEY,
  name       text NOT NULL,
  country    text NOT NULL,
  kind       text NOT NULL,
  city       text NOT NULL,
  website    text,
  created_at timestamptz NOT NULL,
  updated_at timestamptz NOT NULL
);
CREATE TABLE people (
  id              bigint PRIMARY KEY,
  organization_id bigint NOT NULL,
  full_name       text NOT NULL,
  email           text NOT NULL,
  job_title       text,
  phone           text,
  created_at      timestamptz NOT NULL,
  updated_at      timestamptz NOT NULL
);
CREATE TABLE partnerships (
  id          bigint PRIMARY KEY,
  title       text NOT NULL,
  stage       text NOT NULL,
  status      text NOT NULL,
  country     text NOT NULL,
  owner_id    bigint NOT NULL,
  value       numeric(12,2),
  start_date  date,
  end_date    date,
  description text NOT NULL,
  tags        text[] NOT NULL DEFAULT '{}',
  attrs       jsonb NOT NULL DEFAULT '{}',
  created_at  timestamptz NOT NULL,
  updated_at  timestamptz NOT NULL
);
CREATE TABLE partnership_parties (
  id              bigint PRIMARY KEY,
  partnership_id  bigint NOT NULL,
  organization_id bigint NOT NULL,
  role            text NOT NULL,
  position        smallint NOT NULL
);
CREATE TABLE activities (
  id             bigint PRIMARY KEY,
  partnership_id bigint NOT NULL,
  kind           text NOT NULL,
  subject        text NOT NULL,
  body           text NOT NULL,
  created_by     bigint NOT NULL,
  occurred_at    timestamptz NOT NULL,
  created_at     timestamptz NOT NULL
);
CREATE TABLE audit_log (
  id        bigint PRIMARY KEY,
  actor_id  bigint NOT NULL,
  action    text NOT NULL,
  entity    text NOT NULL,
  entity_id bigint NOT NULL,
  at        timestamptz NOT NULL,
  changes   jsonb NOT NULL,
  ip        inet
);
CREATE TABLE bench_terms (
  id   integer PRIMARY KEY,
  rare text NOT NULL,
  pair text NOT NULL
);
