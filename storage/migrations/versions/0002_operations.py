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
    _tokens()
    _daily_spend()


def downgrade() -> None:
    op.execute("DELETE FROM daily_spends WHERE tenant = '*'")
    op.drop_table('tokens')
    op.drop_column('jobs', 'removed_at')


def _jobs() -> None:
    op.add_column('jobs', sa.Column('removed_at', sa.DateTime(timezone=True), nullable=True))


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
