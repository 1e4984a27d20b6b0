"""operations

What operators work with. Each noun has a function of its own.

Revision ID: 0002
Revises: 0001
"""

import sqlalchemy as sa
from alembic import op

revision = '0002'
down_revision = '0001'
branch_labels = None
depends_on = None


def upgrade() -> None:
    _jobs()
    _dead_letters()
    _tokens()
    _audit()
    _daily_spend()
    _queues()
    _batches()
    _schedules()
    _money()


def downgrade() -> None:
    op.drop_index('ix_calls_of_model', 'calls')
    op.drop_index('ix_calls_of_period', 'calls')
    op.drop_column('calls', 'cache_write_tokens')
    op.drop_column('jobs', 'estimate')
    op.drop_table('schedules')
    op.drop_table('batch_items')
    op.drop_table('batches')
    op.drop_table('queue_pauses')
    op.drop_table('queues')
    op.execute("DELETE FROM daily_spends WHERE tenant = '*'")
    op.drop_table('audit_records')
    op.drop_table('tokens')
    op.drop_index('ix_dead_letters_held', 'dead_letters')
    op.drop_column('dead_letters', 'decided_by')
    op.drop_index('ix_jobs_to_erase', 'jobs')
    op.drop_index('ix_jobs_ended', 'jobs')
    op.drop_column('jobs', 'erased_at')
    op.drop_column('jobs', 'removed_at')


def _jobs() -> None:
    op.add_column('jobs', sa.Column('removed_at', sa.DateTime(timezone=True), nullable=True))
    op.add_column('jobs', sa.Column('erased_at', sa.DateTime(timezone=True), nullable=True))
    op.create_index('ix_jobs_ended', 'jobs', ['tenant', 'finished_at', 'id'])
    to_erase = sa.text('removed_at IS NOT NULL AND erased_at IS NULL')
    op.create_index('ix_jobs_to_erase', 'jobs', ['id'], sqlite_where=to_erase, postgresql_where=to_erase)


def _dead_letters() -> None:
    op.add_column('dead_letters', sa.Column('decided_by', sa.String(), nullable=True))
    op.create_index('ix_dead_letters_held', 'dead_letters', ['tenant', 'created_at', 'id'])


def _tokens() -> None:
    op.create_table(
        'tokens',
        sa.Column('id', sa.String(), nullable=False),
        sa.Column('tenant', sa.String(), nullable=False),
        sa.Column('user', sa.String(), nullable=False),
        sa.Column('name', sa.String(), nullable=False),
        sa.Column('scopes', sa.JSON(), nullable=False),
        sa.Column('key_id', sa.String(), nullable=False),
        sa.Column('created_by', sa.String(), nullable=False),
        sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
        sa.Column('expires_at', sa.DateTime(timezone=True), nullable=False),
        sa.Column('revoked_at', sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint('id'),
    )
    op.create_index('ix_tokens_tenant', 'tokens', ['tenant'])
    op.create_index('ix_tokens_key_id', 'tokens', ['key_id'])


def _daily_spend() -> None:
    """Begin the account of the whole installation, which the daily cap holds, with what its tenants have on theirs."""
    op.execute(
        "INSERT INTO daily_spends (tenant, day, reserved, cost) "
        "SELECT '*', day, SUM(reserved), SUM(cost) FROM daily_spends GROUP BY day"
    )


def _audit() -> None:
    op.create_table(
        'audit_records',
        sa.Column('id', sa.String(), nullable=False),
        sa.Column('tenant', sa.String(), nullable=False),
        sa.Column('at', sa.DateTime(timezone=True), nullable=False),
        sa.Column('user', sa.String(), nullable=False),
        sa.Column('token_id', sa.String(), nullable=True),
        sa.Column('address', sa.String(), nullable=True),
        sa.Column('method', sa.String(), nullable=False),
        sa.Column('route', sa.String(), nullable=False),
        sa.Column('target', sa.String(), nullable=True),
        sa.Column('targets', sa.JSON(), nullable=False),
        sa.Column('before', sa.JSON(), nullable=True),
        sa.Column('after', sa.JSON(), nullable=True),
        sa.Column('status', sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint('id'),
    )
    op.create_index('ix_audit_records_tenant', 'audit_records', ['tenant'])
    op.create_index('ix_audit_records_target', 'audit_records', ['target'])


def _queues() -> None:
    op.create_table(
        'queues',
        sa.Column('provider', sa.String(), nullable=False),
        sa.Column('paused', sa.Boolean(), nullable=False),
        sa.Column('reason', sa.String(), nullable=True),
        sa.Column('paused_by', sa.String(), nullable=True),
        sa.Column('paused_at', sa.DateTime(timezone=True), nullable=True),
        sa.Column('calls_per_second', sa.Float(), nullable=True),
        sa.Column('updated_by', sa.String(), nullable=False),
        sa.Column('updated_at', sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint('provider'),
    )
    op.create_table(
        'queue_pauses',
        sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
        sa.Column('provider', sa.String(), nullable=False),
        sa.Column('reason', sa.String(), nullable=False),
        sa.Column('paused_by', sa.String(), nullable=False),
        sa.Column('paused_at', sa.DateTime(timezone=True), nullable=False),
        sa.Column('resumed_by', sa.String(), nullable=False),
        sa.Column('resumed_at', sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint('id'),
    )
    op.create_index('ix_queue_pauses_provider', 'queue_pauses', ['provider'])
    op.create_index('ix_queue_pauses_resumed_at', 'queue_pauses', ['resumed_at'])


def _batches() -> None:
    op.create_table(
        'batches',
        sa.Column('id', sa.String(), nullable=False),
        sa.Column('tenant', sa.String(), nullable=False),
        sa.Column('owner', sa.String(), nullable=False),
        sa.Column('kind', sa.String(), nullable=False),
        sa.Column('status', sa.String(), nullable=False),
        sa.Column('total', sa.Integer(), nullable=False),
        sa.Column('per_second', sa.Float(), nullable=False),
        sa.Column('in_flight', sa.Integer(), nullable=True),
        sa.Column('left_out', sa.JSON(), nullable=True),
        sa.Column('change', sa.JSON(), nullable=True),
        sa.Column('reason', sa.String(), nullable=True),
        sa.Column('paused', sa.Boolean(), nullable=False),
        sa.Column('cancel_requested', sa.Boolean(), nullable=False),
        sa.Column('cancel_running', sa.Boolean(), nullable=False),
        sa.Column('report', sa.JSON(), nullable=True),
        sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
        sa.Column('started_at', sa.DateTime(timezone=True), nullable=True),
        sa.Column('finished_at', sa.DateTime(timezone=True), nullable=True),
        sa.Column('updated_at', sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint('id'),
    )
    op.create_index('ix_batches_tenant', 'batches', ['tenant'])
    op.create_index('ix_batches_status', 'batches', ['status'])
    op.create_table(
        'batch_items',
        sa.Column('batch_id', sa.String(), nullable=False),
        sa.Column('number', sa.Integer(), nullable=False),
        sa.Column('tenant', sa.String(), nullable=False),
        sa.Column('status', sa.String(), nullable=False),
        sa.Column('job_id', sa.String(), nullable=True),
        sa.Column('letter_id', sa.String(), nullable=True),
        sa.Column('round', sa.Integer(), nullable=False),
        sa.Column('line', sa.JSON(), nullable=True),
        sa.Column('problems', sa.JSON(), nullable=False),
        sa.Column('attempts', sa.Integer(), nullable=False),
        sa.Column('base_cost', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
        sa.Column('cost', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
        sa.Column('error_type', sa.String(), nullable=True),
        sa.Column('error_message', sa.String(), nullable=True),
        sa.Column('started_at', sa.DateTime(timezone=True), nullable=True),
        sa.Column('finished_at', sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(['batch_id'], ['batches.id']),
        sa.PrimaryKeyConstraint('batch_id', 'number'),
    )
    op.create_index('ix_batch_items_status', 'batch_items', ['batch_id', 'status'])
    op.create_index('ix_batch_items_job_id', 'batch_items', ['job_id'])


def _schedules() -> None:
    op.create_table(
        'schedules',
        sa.Column('id', sa.String(), nullable=False),
        sa.Column('tenant', sa.String(), nullable=False),
        sa.Column('owner', sa.String(), nullable=False),
        sa.Column('name', sa.String(), nullable=False),
        sa.Column('kind', sa.String(), nullable=False),
        sa.Column('page_id', sa.String(), nullable=True),
        sa.Column('batch_id', sa.String(), nullable=True),
        sa.Column('options', sa.JSON(), nullable=True),
        sa.Column('cron', sa.String(), nullable=False),
        sa.Column('timezone', sa.String(), nullable=False),
        sa.Column('overlap', sa.String(), nullable=False),
        sa.Column('jitter_seconds', sa.Integer(), nullable=False),
        sa.Column('paused', sa.Boolean(), nullable=False),
        sa.Column('note', sa.String(), nullable=True),
        sa.Column('last_run', sa.JSON(), nullable=True),
        sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
        sa.Column('updated_at', sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint('id'),
    )
    op.create_index('ix_schedules_tenant', 'schedules', ['tenant'])
    op.create_index('ix_schedules_page_id', 'schedules', ['page_id'])


def _money() -> None:
    op.add_column('jobs', sa.Column('estimate', sa.JSON(), nullable=True))
    op.add_column('calls', sa.Column('cache_write_tokens', sa.Integer(), nullable=False, server_default='0'))
    op.create_index('ix_calls_of_period', 'calls', ['tenant', 'started_at'])
    op.create_index('ix_calls_of_model', 'calls', ['tenant', 'provider', 'model', 'started_at'])
