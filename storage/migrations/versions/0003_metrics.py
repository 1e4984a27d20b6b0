"""metrics

What has happened so far, counted in the transaction in which it happened, and the waits between tries of a call.

Revision ID: 0003
Revises: 0002
"""

import sqlalchemy as sa
from alembic import op

revision = '0003'
down_revision = '0002'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        'counters',
        sa.Column('metric', sa.String(), nullable=False),
        sa.Column('labels', sa.String(), nullable=False),
        sa.Column('part', sa.String(), nullable=False),
        sa.Column('writer', sa.Integer(), nullable=False, autoincrement=False),
        sa.Column('value', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
        sa.PrimaryKeyConstraint('metric', 'labels', 'part', 'writer'),
    )
    is_open, listed = sa.text("status = 'open'"), sa.text('removed_at IS NULL')
    op.create_index('ix_calls_open', 'calls', ['provider'], sqlite_where=is_open, postgresql_where=is_open)
    op.create_index('ix_jobs_listed', 'jobs', ['status'], sqlite_where=listed, postgresql_where=listed)
    op.create_index('ix_daily_spends_day', 'daily_spends', ['day'])
    op.add_column('calls', sa.Column('retry_delay_ms', sa.Integer(), nullable=True))


def downgrade() -> None:
    op.drop_column('calls', 'retry_delay_ms')
    op.drop_index('ix_daily_spends_day', 'daily_spends')
    op.drop_index('ix_jobs_listed', 'jobs')
    op.drop_index('ix_calls_open', 'calls')
    op.drop_table('counters')
